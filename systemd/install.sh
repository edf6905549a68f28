#!/bin/sh
# Puts a station in place: units, user, folders, device rules, and an example of its settings. Harmless a second time:
# settings that are there are never touched.
#   sh install.sh NAME [EXAMPLE]      NAME such as desk-1; EXAMPLE one of config/examples (desk-koha, desk-village)
#   DESTDIR=/somewhere sh install.sh NAME      into an image of a system: nothing is started
set -eu
umask 022

here=$(dirname "$(readlink -f "$0")")
root=${DESTDIR:-}
venv=/opt/open-library-kiosk/venv

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

name=${1:-}
example=${2:-desk-koha}
case $name in
    "" | -*) fail "which station? sh install.sh desk-1" ;;
    *[!a-z0-9-]* | [!a-z]*) fail "$name is no name of a station: small letters, digits and - ; a letter first" ;;
esac
[ "$(id -u)" = 0 ] || fail "only root may do this: sudo sh $0 $*"
[ -x "$root$venv/bin/python" ] || fail "there is no $root$venv: make it and install the wheel there first (install.md)"
case $(readlink -f "$root$venv/bin/python") in
    /root/* | /home/*) fail "the Python of $venv lies in a home, where the kiosk may not go: make it with /usr/bin/python3" ;;
esac
examples=$("$root$venv/bin/python" -c 'import config, pathlib; print(pathlib.Path(config.__file__).parent / "examples")')
[ -f "$examples/$example.toml" ] || fail "there is no example $example in $examples"

put() { install -D -m "$3" "$here/$1" "$root$2"; }
put kiosk@.service /etc/systemd/system/kiosk@.service 644
put kiosk-screen.service /etc/systemd/system/kiosk-screen.service 644
version=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
if [ "${version:-0}" -ge 254 ]; then
    put kiosk@.service.d/back-off.conf /etc/systemd/system/kiosk@.service.d/back-off.conf 644
fi
put sysusers.conf /etc/sysusers.d/kiosk.conf 644
put tmpfiles.conf /etc/tmpfiles.d/kiosk.conf 644
put 99-kiosk.rules /etc/udev/rules.d/99-kiosk.rules 644
mkdir -p "$root/usr/local/bin"
ln -sfn "$venv/bin/kiosk" "$root/usr/local/bin/kiosk"
systemd-sysusers --root="${root:-/}" kiosk.conf
systemd-tmpfiles --root="${root:-/}" --create kiosk.conf

settings=$root/etc/kiosk/$name
if [ -e "$settings/station.toml" ]; then
    echo "kept: $settings/station.toml"
else
    group=$(sed -n 's/^kiosk:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group")
    install -d -m 750 -o 0 -g "$group" "$settings"
    policy=$(sed -n 's/^policy = "\(.*\)"$/\1/p' "$examples/$example.toml")
    sed "s/^name = .*/name = \"$name\"/; s/^policy = .*/policy = \"policy.toml\"/" "$examples/$example.toml" \
        >"$settings/station.toml"
    cp "$examples/$policy" "$settings/policy.toml"
    chown "0:$group" "$settings"/*.toml
    chmod 640 "$settings"/*.toml
    echo "fill in: $settings/station.toml and $settings/policy.toml"
fi

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    udevadm control --reload
    udevadm trigger
    systemctl daemon-reload
fi
echo "then: kiosk check-config $name; systemctl enable --now kiosk-screen kiosk@$name"
