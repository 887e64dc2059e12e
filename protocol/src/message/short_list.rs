//! A list whose first few items need no heap.
//!
//! Nearly every message has at most four parameters and two tags. The known crates for this either make the
//! list invariant over the lifetime that its items borrow for, or hold all fifteen parameters inline; both would
//! be felt by everybody who holds a [`Message`](super::Message). So these lines are our own.

use std::array;

/// Up to `N` items inline, and a vector beyond that.
#[derive(Debug, Clone)]
pub(super) enum ShortList<T, const N: usize> {
    /// The first `length` of the items are in use, the rest are empty.
    Inline {
        /// The room for items.
        items: [T; N],
        /// How many of them are in use.
        length: usize,
    },
    /// More than `N` items.
    Heap(Vec<T>),
}

impl<T: Default, const N: usize> Default for ShortList<T, N> {
    fn default() -> Self {
        Self::Inline {
            items: array::from_fn(|_| T::default()),
            length: 0,
        }
    }
}

impl<T, const N: usize> ShortList<T, N> {
    /// The items in order.
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::Inline { items, length } => items.get(..*length).unwrap_or_default(),
            Self::Heap(items) => items,
        }
    }

    /// The items in order, to be changed in place.
    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::Inline { items, length } => items.get_mut(..*length).unwrap_or_default(),
            Self::Heap(items) => items,
        }
    }

    /// The items, moved out in order.
    pub(super) fn into_items(self) -> impl Iterator<Item = T> {
        let (inline, heap) = match self {
            Self::Inline { items, length } => (Some(items.into_iter().take(length)), None),
            Self::Heap(items) => (None, Some(items)),
        };
        inline
            .into_iter()
            .flatten()
            .chain(heap.into_iter().flatten())
    }
}

impl<T: Default, const N: usize> ShortList<T, N> {
    /// Puts an item at the end, moving everything to the heap when the inline room is full.
    pub(super) fn push(&mut self, item: T) {
        match self {
            Self::Heap(items) => items.push(item),
            Self::Inline { items, length } => {
                if let Some(free) = items.get_mut(*length) {
                    *free = item;
                    *length += 1;
                } else {
                    let mut moved = Vec::with_capacity(2 * N + 1);
                    moved.extend(items.iter_mut().map(std::mem::take));
                    moved.push(item);
                    *self = Self::Heap(moved);
                }
            }
        }
    }
}

impl<T: PartialEq, const N: usize> PartialEq for ShortList<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq, const N: usize> Eq for ShortList<T, N> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_order_when_they_move_to_the_heap() {
        let mut list: ShortList<u32, 2> = ShortList::default();
        for count in 0..6 {
            assert_eq!(list.as_slice(), (0..count).collect::<Vec<_>>());
            assert_eq!(matches!(list, ShortList::Heap(_)), count > 2);
            list.push(count);
        }
        assert_eq!(list.into_items().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn inline_and_heap_lists_of_the_same_items_are_equal() {
        let mut inline: ShortList<u32, 2> = ShortList::default();
        inline.push(7);
        assert_eq!(inline, ShortList::Heap(vec![7]));
        assert_ne!(inline, ShortList::Heap(vec![7, 7]));
    }
}
