# Whoever keeps a team's repository of rules makes every change pass the same gate.
set -eu

# A repository with the team's own name on what it builds.
okta-access init detections --id acme_okta --name 'Acme Okta' --author 'Acme SOC'
cd detections
okta-access lint
okta-access test rules

# What the code host shows on the lines of a change, and what its scanning page reads.
okta-access lint --format github
okta-access lint --format sarif > lint.sarif
python -m json.tool lint.sarif > /dev/null
okta-access test rules --format junit > proof.xml
grep '<testsuite' proof.xml

# The texts are kept beside the rules, and a rule changed alone does not pass.
okta-access compile rules --target splunk --target elastic-esql --output compiled
okta-access compile rules --target splunk --target elastic-esql --check compiled
sed 's/actor\.type: User/actor.type: PublicClientApp/' rules/acme_okta_first_rule.yml > changed
mv changed rules/acme_okta_first_rule.yml
if okta-access compile rules --target splunk --target elastic-esql --check compiled > differences
then exit 1; fi
grep 'acme_okta_first_rule.spl' differences

# A broken rule is 1, a missing one 2.
code=0
okta-access lint nowhere || code=$?
test "$code" = 2
