//! Texts of words, some of them frequent and most of them rare, for what is stored and searched.

/// How many words there are.
const WORDS: u64 = 4096;

/// Numbers that look random and are the same in every run (the constants are those of Knuth's MMIX).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`, which is at least 1.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        const FACTOR: u64 = 6_364_136_223_846_793_005;
        const SUMMAND: u64 = 1_442_695_040_888_963_407;
        self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(SUMMAND);
        (self.0 >> 33) % sides
    }

    /// The number of a word; small ones come often.
    pub(crate) fn word(&mut self) -> u64 {
        let upper = self.roll(WORDS) + 1;
        self.roll(upper)
    }
}

/// Appends the word with this number: three syllables.
pub(crate) fn write_word(out: &mut Vec<u8>, number: u64) {
    const SYLLABLES: [&str; 16] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu",
        "va",
    ];
    for place in [8, 4, 0] {
        let syllable = SYLLABLES[(number >> place) as usize & 15];
        out.extend(syllable.as_bytes());
    }
}

/// Appends words up to a length in bytes.
pub(crate) fn write_words(out: &mut Vec<u8>, bytes: usize, dice: &mut Dice) {
    let end = out.len() + bytes;
    while out.len() < end {
        write_word(out, dice.word());
        out.push(b' ');
    }
    out.truncate(end);
    while out.last() == Some(&b' ') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_every_run() {
        let text = |seed| {
            let mut out = Vec::new();
            write_words(&mut out, 64, &mut Dice::new(seed));
            String::from_utf8(out).expect("letters")
        };
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
        assert!((60..=64).contains(&text(7).len()), "{}", text(7));
    }

    #[test]
    fn some_words_are_frequent() {
        let mut dice = Dice::new(1);
        let words: Vec<u64> = (0..10_000).map(|_| dice.word()).collect();
        let low = words.iter().filter(|&&word| word < WORDS / 2).count();
        assert!(words.iter().all(|&word| word < WORDS));
        assert!((8_000..9_000).contains(&low), "{low}");
    }
}
