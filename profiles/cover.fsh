Profile: CaseCoverage
Parent: Coverage
Id: case-coverage
Title: "Who pays for an opinion"
Description: "The insurance, benefit plan or fund that covers an opinion, or the patient. The home side or the payer makes it before the case is accepted; the request names it in insurance."
* type from PayerKinds (extensible)

Profile: CaseInvoice
Parent: Invoice
Id: case-invoice
Title: "What is to be paid for an opinion"
Description: "What an opinion costs, line by line. The server makes it when the programme asks for payment or cover, in the programme's name; it is balanced when that has come, and cancelled when something else is asked for. PaymentNotices name it in request."
* obeys case-invoice-currency
* subject 1..1
* subject only Reference(Patient)
* issuer 1..1
* lineItem 1..*
* totalGross 1..1
* totalGross.currency 1..1

Invariant: case-invoice-currency
Description: "All amounts of an Invoice are in one currency."
Severity: #error
Expression: "(lineItem.priceComponent.amount.currency | totalNet.currency | totalGross.currency).count() <= 1"

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
