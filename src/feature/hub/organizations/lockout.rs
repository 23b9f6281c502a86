//! Whether a list of networks would lock out whoever writes it: nobody saws off the branch they sit on, so the last one who
//! could mend it never does.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{
    domain::ids::{Id, Organization},
    store::organizations::Link,
    web::here::is_within,
};

/// What decides at the bottom of the chain: the nearest list from below that is not empty.
pub(super) fn deciding(chain: &[Link]) -> Option<&Link> {
    chain.iter().find(|link| !link.networks.is_empty())
}

/// Whether somebody who acts for the organization at the bottom of `chain` from `address` could do so no more if `changed` had
/// `networks`. An address nobody knows is outside of every list.
pub(super) fn locks_out(chain: &[Link], changed: Id<Organization>, networks: &[IpNet], address: Option<IpAddr>) -> bool {
    let after: Vec<Link> = chain
        .iter()
        .map(|link| if link.id == changed { Link { networks: networks.to_vec(), ..link.clone() } } else { link.clone() })
        .collect();
    let holds = deciding(&after).map_or(&[][..], |link| link.networks.as_slice());
    !is_within(holds, address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn link(number: u128, networks: &[&str]) -> Link {
        let networks = networks.iter().filter_map(|network| network.parse().ok()).collect();
        Link { id: Id::from(uuid::Uuid::from_u128(number)), name: String::new(), networks }
    }

    #[test]
    fn the_nearest_list_from_below_decides() {
        let address: Option<IpAddr> = "203.0.113.5".parse().ok();
        let (inside, outside): (IpNet, IpNet) = ("203.0.113.0/24".parse().unwrap(), "198.51.100.0/24".parse().unwrap());
        let (board, root) = (link(2, &[]), link(1, &[]));
        let chain = [board.clone(), root.clone()];
        assert!(!locks_out(&chain, root.id, &[], address), "no list is no limit");
        assert!(locks_out(&chain, root.id, &[outside], address), "what stands above is inherited");
        assert!(!locks_out(&chain, root.id, &[outside, inside], address));
        assert!(locks_out(&chain, board.id, &[outside], address));
        let own = [link(2, &["203.0.113.0/24"]), link(1, &[])];
        assert!(!locks_out(&own, root.id, &[outside], address), "a list of its own stands before the one above");
        let above = [link(2, &["203.0.113.0/24"]), link(1, &["198.51.100.0/24"])];
        assert!(locks_out(&above, board.id, &[], address), "taking the own list away leaves the one above");
        assert!(!locks_out(&chain, link(9, &[]).id, &[outside], address), "another branch of the tree");
        assert!(locks_out(&chain, root.id, &[inside], None), "an address nobody knows");
    }

    proptest! {
        #[test]
        fn whoever_is_on_the_list_is_never_locked_out_by_it(bits: u32, length in 1..=32_u8, above: bool) {
            let address = IpAddr::from(std::net::Ipv4Addr::from_bits(bits));
            let network = IpNet::new(address, length).unwrap().trunc();
            let chain = [link(2, &[]), link(1, if above { &["192.0.2.1/32"] } else { &[] })];
            prop_assert!(!locks_out(&chain, chain[0].id, &[network], Some(address)));
            let other = IpAddr::from(std::net::Ipv4Addr::from_bits(!bits));
            prop_assert!(locks_out(&chain, chain[0].id, &[network], Some(other)));
        }
    }
}
