//! Embeds the static files of the portal.

fn main() {
    memory_serve::load_directory_with_embed("portal/assets", true);
}
