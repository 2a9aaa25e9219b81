Profile: CaseCoverage
Parent: Coverage
Id: case-coverage
Title: "Who pays for an opinion"
Description: "The insurance, benefit plan or fund that covers an opinion, or the patient. The home side or the payer makes it before the case is accepted; the request names it in insurance."
* type from PayerKinds (extensible)

Profile: CaseConsent
Parent: Consent
Id: case-consent
Title: "Consent for a case"
Description: "What the patient consents to: that records go abroad for the opinion, or that the payer sees clinical content. The home side makes it before it sends the request, which names it in supportingInfo."
* obeys case-consent-purpose and case-consent-payer
* scope = $consent-scope#patient-privacy
* patient 1..1

Invariant: case-consent-purpose
Description: "A consent of a case says to what: a category coded in https://consilium.example/fhir/CodeSystem/consent-purpose."
Severity: #error
Expression: "category.coding.where(system = 'https://consilium.example/fhir/CodeSystem/consent-purpose' and (code = 'cross-border-opinion' or code = 'insurer-clinical-content')).exists()"

Invariant: case-consent-payer
Description: "A consent that lets a payer see clinical content names the payer in provision.actor."
Severity: #error
Expression: "category.coding.where(system = 'https://consilium.example/fhir/CodeSystem/consent-purpose' and code = 'insurer-clinical-content').empty() or provision.actor.exists()"
