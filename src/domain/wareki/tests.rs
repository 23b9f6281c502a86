//! Dates as people write them in Japan, eras and full width included.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn offices_write_one_day_in_many_ways() {
    for text in [
        "2026-07-31",
        "2026/7/31",
        "2026.7.31",
        "２０２６／０７／３１",
        "2026年7月31日",
        "西暦2026年7月31日",
        "20260731",
        "2026-07-31T00:00:00",
        "2026/7/31 0:00",
        "2026-07-31 00:00:00",
        "2026/7/31 13:30",
        "令和8年7月31日",
        "令和８年７月３１日",
        "令和 8年 7月31日",
        "令和八年七月三十一日",
        "㋿8年7月31日",
        "R8.7.31",
        "r8/7/31",
        "Ｒ８－７－３１",
        "R08.07.31",
        "R080731",
        "令和8年7月31日（金）",
        "2026/7/31(金)",
        "2026年7月31日金曜日",
        " 令和8.7.31 ",
        "46234",
    ] {
        assert_eq!(parse(text), Ok(date(2026, 7, 31)), "{text}");
    }
    assert_eq!(parse("2026/8/2(日)"), Ok(date(2026, 8, 2)));
    assert_eq!(parse("令和8年8月2日日曜日"), Ok(date(2026, 8, 2)));
    assert_eq!(parse("令和8年11月10日"), Ok(date(2026, 11, 10)));
    assert_eq!(parse("令和十年十月十日"), Ok(date(2028, 10, 10)));
    assert_eq!(parse("二〇二六年四月二十日"), Ok(date(2026, 4, 20)));
}

#[test]
fn eras_change_on_their_day() {
    for (text, day) in [
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治6年1月1日", date(1873, 1, 1)),
    ] {
        assert_eq!(parse(text), Ok(day), "{text}");
        assert_eq!(long(day), text);
    }
    assert_eq!(parse("平成31年5月1日"), Err(Refusal::OtherEra("令和元年5月1日".into())));
    assert_eq!(parse("令和元年4月30日"), Err(Refusal::OtherEra("平成31年4月30日".into())));
    assert_eq!(parse("平成38年7月31日"), Err(Refusal::OtherEra("令和8年7月31日".into())));
    assert_eq!(parse("明治5年12月2日"), Err(Refusal::OutOfRange));
}

#[test]
fn what_is_no_day_is_refused_with_the_reason() {
    for (text, refusal) in [
        ("", Refusal::Empty),
        ("　", Refusal::Empty),
        ("令和8年13月40日", Refusal::Impossible),
        ("2019/4/31", Refusal::Impossible),
        ("2026-02-29", Refusal::Impossible),
        ("令和8年2月29日", Refusal::Impossible),
        ("令和0年5月1日", Refusal::Impossible),
        ("7月31日", Refusal::NoYear),
        ("7/31", Refusal::NoYear),
        ("8/7/31", Refusal::NoEra),
        ("26.7.31", Refusal::NoEra),
        ("20260-01-01", Refusal::Unreadable),
        ("未定", Refusal::Unreadable),
        ("R8", Refusal::Unreadable),
        ("令和", Refusal::Unreadable),
        ("2026", Refusal::Unreadable),
        ("1.5", Refusal::NoYear),
        ("2026/7", Refusal::Unreadable),
        ("2026/7/3113:30", Refusal::Unreadable),
        ("2026/7-31", Refusal::Unreadable),
        ("########", Refusal::NumberSigns),
        ("1800-01-01", Refusal::OutOfRange),
        ("9999-12-31", Refusal::OutOfRange),
        ("2026/7/31(木)", Refusal::OtherWeekday("令和8年7月31日（金）".into())),
    ] {
        assert_eq!(parse(text), Err(refusal), "{text}");
    }
    assert_eq!(parse("2024-02-29"), Ok(date(2024, 2, 29)));
}

#[test]
fn a_day_is_written_long_full_and_short() {
    let day = date(2026, 11, 20);
    assert_eq!(long(day), "令和8年11月20日");
    assert_eq!(full(day), "令和8年11月20日（金）");
    assert_eq!(short(day), "R8.11.20");
    assert_eq!(short(date(2019, 5, 1)), "R1.5.1");
    assert_eq!(long(date(1872, 12, 31)), "1872年12月31日");
}

#[test]
fn excel_day_numbers_count_as_excel_does() {
    assert_eq!(from_serial(46_166), Ok(date(2026, 5, 24)));
    assert_eq!(from_serial(61), Ok(date(1900, 3, 1)));
    assert_eq!(from_serial(i32::MAX), Err(Refusal::OutOfRange));
}

proptest! {
    #[test]
    fn every_day_from_1873_to_2100_is_read_back_as_it_was_written(days in 0i32..83_274) {
        let day = EARLIEST.checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assert!(day.year() <= 2100);
        for written in [long(day), full(day), short(day), day.to_string(), day.strftime("%Y%m%d").to_string()] {
            prop_assert_eq!(parse(&written), Ok(day), "{}", written);
        }
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_date_like_text_is_too_strange(text in "[0-9元年月日令和RrTtHS()（）曜金:/.＃#十二〇 -]{0,20}") {
        let _ = parse(&text);
    }
}
