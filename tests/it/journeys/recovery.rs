//! An account given back to its owner by two others.
