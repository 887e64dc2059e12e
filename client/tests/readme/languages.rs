//! Both languages say the same, and what they link to is there.

use crate::page::{Page, root};

#[test]
fn code_blocks_are_identical() {
    assert_eq!(Page::english().code_blocks(), Page::french().code_blocks());
}

#[test]
fn headings_have_the_same_levels() {
    assert_eq!(
        Page::english().heading_marks(),
        Page::french().heading_marks()
    );
}

#[test]
fn words_set_as_code_are_the_same() {
    let sorted = |page: Page| {
        let mut words = page.inline_code();
        words.sort();
        words
    };
    assert_eq!(sorted(Page::english()), sorted(Page::french()));
}

#[test]
fn tables_have_the_same_shape() {
    let widths = |page: Page| -> Vec<usize> { page.table_lines().iter().map(Vec::len).collect() };
    assert_eq!(widths(Page::english()), widths(Page::french()));
}

#[test]
fn each_links_to_the_other_and_both_to_the_same_files() {
    let english = Page::english().links();
    let french = Page::french().links();
    assert_eq!(english.first().map(String::as_str), Some("README.fr.md"));
    assert_eq!(french.first().map(String::as_str), Some("README.md"));
    assert_eq!(english[1..], french[1..]);
}

#[test]
fn links_lead_somewhere() {
    for link in Page::english().links() {
        assert!(root().join(&link).is_file(), "{link} is no file");
    }
}
