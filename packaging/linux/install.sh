#!/bin/sh
# Installs Arvae Desktop for this user, or below another prefix, and removes it again.
#
#   ./install.sh [--prefix DIR]              install; DIR is ~/.local unless told
#   ./install.sh --uninstall [--prefix DIR]  remove what was installed; conversations and settings stay
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${HOME:+$HOME/.local}
action=install
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || { echo "install.sh: --prefix needs a folder" >&2; exit 2; }; prefix=$2; shift ;;
        --uninstall) action=uninstall ;;
        -h|--help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "install.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift
done
[ -n "$prefix" ] || { echo "install.sh: there is no HOME; say where: --prefix DIR" >&2; exit 2; }
# The menu and the bus start the program by its whole path, in files that give these signs a meaning of their own.
case $prefix in
    *[\"\\\`\$%]*|*"
"*) echo "install.sh: choose a folder without quotes, \\, \`, \$, % and line ends in its name" >&2; exit 2 ;;
esac
[ "$action" = uninstall ] || mkdir -p -- "$prefix"
[ ! -d "$prefix" ] || prefix=$(CDPATH='' cd -- "$prefix" && pwd)
own=$prefix/lib/arvae-desktop
list=$own/installed.txt

# Remove what the list names, then the folders that this left empty. Nothing outside the prefix is touched.
remove() {
    [ -f "$list" ] || return 1
    while IFS= read -r name; do
        case $name in /*|*..*|'') continue ;; esac
        if [ -d "$prefix/$name" ] && [ ! -L "$prefix/$name" ]; then
            rmdir "$prefix/$name" 2>/dev/null || true
        else
            rm -f "$prefix/$name"
        fi
    done < "$list"
    rm -f "$list"
    rmdir "$own" "$prefix/lib" 2>/dev/null || true
}

# Icons are noticed at once where the desktop's tool is there; else at the next login.
tell_desktop() {
    if [ -f "$prefix/share/icons/hicolor/icon-theme.cache" ] && command -v gtk-update-icon-cache >/dev/null; then
        gtk-update-icon-cache -q "$prefix/share/icons/hicolor" || true
    fi
}

if [ "$action" = uninstall ]; then
    remove || { echo "install.sh: nothing is installed below $prefix" >&2; exit 1; }
    tell_desktop
    echo "Removed. Conversations and settings stay in ~/.local/share/arvae-desktop and ~/.config/arvae-desktop."
    exit 0
fi

# The old version goes when the new one is whole on the same disk, and not before.
new=$(mktemp -d "$prefix/.arvae-desktop.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM
cp -R "$here/files/." "$new/"
cp "$here/install.sh" "$new/lib/arvae-desktop/uninstall.sh"
# Files first, then folders from the deepest up: the order in which they can be removed.
names=$(cd "$new" && { find . ! -type d; find . -depth -type d ! -name .; } | sed 's|^\./||')
remove || true  # an older version may have files that this one has not
mkdir -p "$own"
printf '%s\n' "$names" > "$list"
(cd "$new" && find . -type d -exec mkdir -p "$prefix/{}" \; && find . ! -type d -exec mv -f {} "$prefix/{}" \;)
inside=$(printf %s "$prefix" | sed 's/[&|]/\\&/g')  # these mean something to sed
# A desktop that doesn't have the folder of programs on its path still finds this one.
sed -i "s|^Exec=arvae-desktop|Exec=\"$inside/bin/arvae-desktop\"|; s|^TryExec=.*|TryExec=$inside/bin/arvae-desktop|" \
    "$prefix/share/applications/ai.arvae.Desktop.desktop"
# The bus knows no search path at all.
sed -i "s|^Exec=/usr/bin/arvae-desktop|Exec=\"$inside/bin/arvae-desktop\"|" \
    "$prefix/share/dbus-1/services/ai.arvae.Desktop.service"
tell_desktop
echo "Installed: $prefix/bin/arvae-desktop"
case :$PATH: in *:$prefix/bin:*) ;; *) echo "That folder is not on your PATH; the menu has Arvae Desktop." ;; esac
echo "To remove it: \"$own/uninstall.sh\" --uninstall --prefix \"$prefix\""
