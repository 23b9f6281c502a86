//! Lists of networks as administrators type them.

use proptest::prelude::*;

use super::*;

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn read(text: &str) -> Vec<String> {
    Networks::read(text).unwrap().networks.as_slice().iter().map(ToString::to_string).collect()
}

fn faults(text: &str) -> Vec<(Option<usize>, Refusal)> {
    Networks::read(text).unwrap_err().into_iter().map(|fault| (fault.line, fault.refusal)).collect()
}

#[test]
fn lines_commas_spaces_and_full_width_are_read() {
    let expected = ["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32", "2001:db9::1/128"];
    for text in [
        "203.0.113.0/24\r\n198.51.100.7\n\n2001:db8::/32\n2001:DB9::1\n",
        " 203.0.113.0/24, 198.51.100.7;2001:db8::/32\t2001:db9::1 ",
        "２０３．０．１１３．０／２４、１９８。５１。１００。７　２００１：ｄｂ８：：／３２，2001:db9::1",
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(read(" \n、"), Vec::<String>::new());
}

#[test]
fn addresses_of_ipv4_in_the_clothes_of_ipv6_are_those_of_ipv4() {
    assert_eq!(read("::ffff:192.0.2.1 ::ffff:198.51.100.0/120"), ["192.0.2.1/32", "198.51.100.0/24"]);
    assert_eq!(faults("::ffff:0.0.0.0/90"), [(Some(1), Refusal::Length)]);
    let networks = Networks::read("192.0.2.0/24").unwrap().networks;
    assert!(networks.contains("::ffff:192.0.2.9".parse().unwrap()));
    assert!(!networks.contains("::192.0.2.9".parse().unwrap()));
}

#[test]
fn every_faulty_entry_is_named_with_how_to_mend_it() {
    let text = "203.0.113.5/24 198.51.100.0/33\nexample.test\n10.0.0.0/255.0.0.0, 0.0.0.0/0\n::/0 10.0.0 010.0.0.1 10.0.0.1/ 10.0.0.1/x\n2001:db8::1/32";
    assert_eq!(
        faults(text),
        [
            (Some(1), Refusal::HostBits { network: net("203.0.113.0/24") }),
            (Some(1), Refusal::Length),
            (Some(2), Refusal::Unreadable),
            (Some(3), Refusal::Mask { network: net("10.0.0.0/8") }),
            (Some(3), Refusal::Everywhere),
            (Some(4), Refusal::Everywhere),
            (Some(4), Refusal::Unreadable),
            (Some(4), Refusal::Unreadable),
            (Some(4), Refusal::Unreadable),
            (Some(4), Refusal::Unreadable),
            (Some(5), Refusal::HostBits { network: net("2001:db8::/32") }),
        ]
    );
    assert_eq!(faults("10.0.0.0/255.0.255.0"), [(Some(1), Refusal::Length)]);
    assert_eq!(faults("10.1.2.3/0"), [(Some(1), Refusal::Everywhere)]);
    assert_eq!(Refusal::HostBits { network: net("10.0.0.0/8") }.args(), [("network", "10.0.0.0/8".to_owned())]);
}

#[test]
fn two_halves_of_everything_are_everything() {
    assert_eq!(faults("0.0.0.0/1 128.0.0.0/1"), [(None, Refusal::Everywhere)]);
    assert_eq!(faults("::/2 4000::/2 8000::/1"), [(None, Refusal::Everywhere)]);
    assert!(Networks::read("0.0.0.0/1 128.0.0.0/2").is_ok());
}

#[test]
fn what_is_there_already_is_merged_and_told() {
    let reading = Networks::read("10.1.2.3\n10.1.0.0/16\n10.0.0.0/8\n192.0.2.1 192.0.2.1").unwrap();
    assert_eq!(reading.networks.as_slice(), [net("10.0.0.0/8"), net("192.0.2.1/32")]);
    let merged = |network, within| Merged { network: net(network), within: net(within) };
    assert_eq!(
        reading.merged,
        [merged("10.1.2.3/32", "10.0.0.0/8"), merged("10.1.0.0/16", "10.0.0.0/8"), merged("192.0.2.1/32", "192.0.2.1/32")]
    );
}

#[test]
fn sixty_four_are_read_and_one_more_is_not() {
    let list = |count: usize| (0..count).map(|n| format!("10.0.{n}.0/24")).collect::<Vec<_>>().join("\n");
    assert_eq!(read(&list(64)).len(), 64);
    assert_eq!(faults(&list(65)), [(None, Refusal::TooMany)]);
    assert_eq!(read(&"192.0.2.1\n".repeat(10_000)).len(), 1, "the same one again is not one more");
    assert_eq!(Networks::read(&"x ".repeat(100_000)).unwrap_err().len(), MOST + 2, "faults end too");
}

#[test]
fn an_empty_list_keeps_nobody_out() {
    let address = "192.0.2.1".parse().unwrap();
    let (empty, other) = (Networks::default(), Networks::read("198.51.100.0/24").unwrap().networks);
    assert!(!empty.contains(address) && !empty.keep_out(address));
    assert!(!other.contains(address) && other.keep_out(address));
}

fn address() -> impl Strategy<Value = IpAddr> {
    let near = (0u32..1024).prop_map(|n| IpAddr::from((0x0a00_0000 | n).to_be_bytes()));
    prop_oneof![near, any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
}

/// A network with a length of at least one.
fn some_network() -> impl Strategy<Value = IpNet> {
    (address(), 1u8..=128).prop_map(|(address, length)| {
        let address = address.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        IpNet::new(address, length.min(most)).unwrap().trunc()
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(nets in prop::collection::vec(some_network(), 0..20)) {
        let written: Vec<String> = nets.iter().map(ToString::to_string).collect();
        if let Ok(reading) = Networks::read(&written.join("\n")) {
            let again = Networks::read(&reading.networks.to_string()).unwrap();
            prop_assert_eq!(again, Reading { networks: reading.networks, merged: Vec::new() });
        }
    }

    #[test]
    fn merging_lets_in_exactly_whom_the_list_let_in(nets in prop::collection::vec(some_network(), 1..20), asked in prop::collection::vec(address(), 20)) {
        let written: Vec<String> = nets.iter().map(ToString::to_string).collect();
        if let Ok(reading) = Networks::read(&written.join(" ")) {
            for address in asked.into_iter().chain(nets.iter().map(IpNet::broadcast)) {
                let listed = nets.iter().any(|network| network.contains(&address.to_canonical()));
                prop_assert_eq!(reading.networks.contains(address), listed);
            }
            let list = reading.networks.as_slice();
            prop_assert!(list.iter().all(|one| list.iter().filter(|other| other.contains(one)).count() == 1), "{:?}", list);
        }
    }

    #[test]
    fn the_network_suggested_is_accepted(address in address(), length in 1u8..=128) {
        let address = address.to_canonical();
        match Networks::read(&format!("{address}/{length}")) {
            Ok(reading) => prop_assert!(reading.networks.contains(address)),
            Err(faults) => match faults[0].refusal {
                Refusal::HostBits { network } => {
                    let reading = Networks::read(&network.to_string()).unwrap();
                    prop_assert!(reading.networks.contains(address));
                }
                other => prop_assert!(other == Refusal::Length && length > 32, "{other:?}"),
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "[0-9a-f:./,;、\n ０-９．／]{0,60}|.{0,40}") {
        let _ = Networks::read(&text);
    }
}
