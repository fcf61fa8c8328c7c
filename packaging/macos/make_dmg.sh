#!/bin/sh
# Makes a disk image of the app: make_dmg.sh APP IMAGE. Runs on macOS alone.
#
# Signs the app (hardened runtime) where ARVAE_SIGNING_IDENTITY names a certificate, and has the image notarised
# where ARVAE_NOTARY_PROFILE names a profile that `xcrun notarytool store-credentials` has made. Without them it
# says so and goes on: the app is then refused until System Settings, Privacy & Security allow it.
set -eu

app=$1
image=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

if [ -n "${ARVAE_SIGNING_IDENTITY:-}" ]; then
    # From the inside out: a signature holds the hashes of what is signed within.
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
        xargs -0 -n 20 codesign --force --timestamp --options runtime --sign "$ARVAE_SIGNING_IDENTITY"
    find "$app/Contents" -type d -name '*.framework' -print0 |
        xargs -0 -n 1 codesign --force --timestamp --options runtime --sign "$ARVAE_SIGNING_IDENTITY"
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$ARVAE_SIGNING_IDENTITY" "$app"
    codesign --verify --deep --strict --verbose=2 "$app"
else
    echo "notice: ARVAE_SIGNING_IDENTITY is not set, the app names no maker"
    codesign --force --deep --sign - "$app"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -volname "Arvae Desktop" -srcfolder "$folder" -fs HFS+ -format ULFO "$image"

if [ -n "${ARVAE_SIGNING_IDENTITY:-}" ]; then
    codesign --force --timestamp --sign "$ARVAE_SIGNING_IDENTITY" "$image"
fi
if [ -n "${ARVAE_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$ARVAE_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
else
    echo "notice: ARVAE_NOTARY_PROFILE is not set, the image is not notarised"
fi
