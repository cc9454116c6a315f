# A SIEM's admin gets a release, checks it, looks inside, tunes it and upgrades.
# (Of few rules, and without the site: a whole release takes a minute or two to prove.)
set -eu

okta-access bundle "$CHECKOUT/rules/detection/review" --no-site --output release

# Is it what was published?
(cd release && sha256sum --check --quiet SHA256SUMS)
okta-access bundle verify release

# One file a SIEM. Splunk's is an app: nothing of it runs before it is enabled.
test -s release/INSTALL.md
mkdir apps
tar --extract --gzip --file release/*-splunk.tar.gz --directory apps
if grep '^disabled = 0' apps/*/default/savedsearches.conf; then exit 1; fi

# Kibana's holds the rules to import, one a line; none says that it is enabled.
python -m zipfile --extract release/*-kibana.zip kibana
python -m json.tool --json-lines kibana/okta_access.ndjson > /dev/null
if grep '"enabled": *true' kibana/okta_access.ndjson; then exit 1; fi

# A changed file is named, whichever it is.
cp -r release changed
echo '| delete' >> "$(find changed/queries/splunk -name '*.spl' | sort | head -n 1)"
if okta-access bundle verify changed > differences; then exit 1; fi
grep '^changed: queries/splunk/' differences

# The events are in another index: the same rules, compiled for it.
cat > okta-access.toml << 'TOML'
[splunk]
index = "identity"
TOML
okta-access compile "$CHECKOUT/rules/detection/review" --target splunk --output tuned
grep --quiet 'index=identity' tuned/*.spl

# The next version over the old one: what was chosen lies in local/ and stays.
app=$(echo apps/*)
mkdir "$app/local"
echo '[okta_access_events]' > "$app/local/macros.conf"
tar --extract --gzip --file release/*-splunk.tar.gz --directory apps
grep '^.okta_access_events.' "$app/local/macros.conf"
