# shellcheck shell=bash
# Finds what is missing on this machine and installs it. Sourced by deploy/quickstart and tests/run; needs no root when nothing is missing.

have() { command -v "$1" >/dev/null 2>&1; }

say() { printf '%s\n' "$*" >&2; }

# Runs a command as root: as we are, or through sudo when it can ask or need not.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo "$@"
  else return 1
  fi
}

# install_packages NAMES_FOR_APT NAMES_FOR_DNF: installs them, or says what an administrator has to type.
install_packages() {
  local apt dnf command
  read -ra apt <<<"$1"
  read -ra dnf <<<"$2"
  if have apt-get; then
    command="apt-get install --no-install-recommends ${apt[*]}"
    say "Missing: ${apt[*]}"
    as_root true && { as_root apt-get update -qq || say "The package lists could not be renewed; trying with those at hand."; }
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${apt[@]}" && return 0
  elif have dnf; then
    command="dnf install ${dnf[*]}"
    say "Missing: ${dnf[*]}"
    as_root dnf install -y -q "${dnf[@]}" && return 0
  else
    say "This machine has neither apt-get nor dnf. Install by hand: ${apt[*]} (names as on Debian)."
    return 1
  fi
  say "Not installed. Ask an administrator to run, as root:"
  say "    $command"
  say "then start this again."
  return 1
}

# Prints the folder of PostgreSQL server programs new enough for the hub.
postgres_bin() {
  local folder version
  while read -r folder; do
    [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] || continue
    version=$("$folder/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
    [ "${version:-0}" -ge 15 ] && { printf '%s\n' "$folder"; return 0; }
  done < <(
    have postgres && dirname "$(readlink -f "$(command -v postgres)")"
    have pg_config && pg_config --bindir
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV
  )
  return 1
}

# Installs the PostgreSQL server when there is none; Debian would also start one of its own, which nobody asked for.
need_postgres() {
  postgres_bin >/dev/null && return 0
  local quiet=/etc/postgresql-common/createcluster.d/tsunagi-quiet.conf done=0
  if have apt-get && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    # shellcheck disable=SC2016 # the inner shell expands it
    as_root sh -c 'mkdir -p "${1%/*}" && echo "create_main_cluster = false" >"$1"' sh "$quiet" || quiet=
  else
    quiet=
  fi
  install_packages "postgresql" "postgresql-server postgresql-contrib" || done=1
  [ -z "$quiet" ] || as_root rm -f "$quiet"
  [ "$done" = 0 ] || return 1
  postgres_bin >/dev/null && return 0
  say "The PostgreSQL this system offers is older than 15. Take a newer one from https://www.postgresql.org/download/ and start this again."
  return 1
}

# Rust with a linker; cargo may be installed for this user without being on the PATH yet.
need_rust() {
  have cargo || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  if ! have cargo; then
    say "Rust is not installed. See https://rustup.rs, then start this again."
    return 1
  fi
  have cc || install_packages "gcc libc6-dev" "gcc glibc-devel"
}
