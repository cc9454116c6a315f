# A detection engineer writes a rule, from an idea to a text for each SIEM.
set -eu

# A rule and its fixture, which pass as they are written.
okta-access new okta_access_my_rule
okta-access lint rules
okta-access test rules

# A typing error is named with its line and what was meant, and fails the run.
sed 's/actor\.type:/actor.tpye:/' rules/okta_access_my_rule.yml > changed
mv changed rules/okta_access_my_rule.yml
if okta-access lint rules > findings; then exit 1; fi
grep 'rules/okta_access_my_rule.yml:22:9: error OA201 .*did you mean `actor.type`' findings
okta-access lint --explain OA201
sed 's/actor\.tpye:/actor.type:/' rules/okta_access_my_rule.yml > changed
mv changed rules/okta_access_my_rule.yml

# A rule that says something else than its fixture means fails its proof.
sed 's/actor\.type: User/actor.type: SystemPrincipal/' rules/okta_access_my_rule.yml > wrong
mkdir other
cp -r rules fixtures other
mv wrong other/rules/okta_access_my_rule.yml
if okta-access test other/rules > proof; then exit 1; fi
grep 'FAILED' proof

# An event made to match, the reason why it does, and the texts.
okta-access generate okta_access_my_rule --rules rules --kind match --count 1 > event.jsonl
okta-access explain okta_access_my_rule event.jsonl:1 --rules rules
okta-access compile rules --target splunk
okta-access compile rules --target elastic-esql

# How loud it would be, a day, on a log of the past.
okta-access backtest "$CHECKOUT/fixtures/demo/week.jsonl" --rules rules
