Instance: case-coverage-insurer
InstanceOf: CaseCoverage
Usage: #example
* status = #active
* type = $payer-kind#insurer "Insurer"
* subscriberId = "W-20-3391"
* beneficiary = Reference(Patient/patient-anh)
* payor = Reference(Organization/insurer-west)

Instance: case-coverage-patient
InstanceOf: CaseCoverage
Usage: #example
* status = #active
* type = $payer-kind#patient "The patient"
* beneficiary = Reference(Patient/patient-lopez)
* payor = Reference(Patient/patient-lopez)

RuleSet: InvoiceOfTheInstitute
* status = #issued
* date = "2026-11-25T02:00:00Z"
* issuer = Reference(Organization/institute-south)

RuleSet: InvoiceLine(at, code, price)
* lineItem[{at}].chargeItemCodeableConcept = $service#{code}
* lineItem[{at}].priceComponent.type = #base
* lineItem[{at}].priceComponent.amount.value = {price}
* lineItem[{at}].priceComponent.amount.currency = #USD

RuleSet: InvoiceTotal(price)
* totalNet.value = {price}
* totalNet.currency = #USD
* totalGross.value = {price}
* totalGross.currency = #USD

Instance: case-invoice-insurer
InstanceOf: CaseInvoice
Usage: #example
* insert InvoiceOfTheInstitute
* identifier.system = "https://consilium.example/fhir/invoice-number"
* identifier.value = "SO-26-7K3M-9QTX-1"
* subject = Reference(Patient/patient-anh)
* recipient = Reference(Organization/insurer-west)
* insert InvoiceLine(0, comprehensive-opinion, 2400)
* insert InvoiceTotal(2400)

Instance: case-invoice-addition
InstanceOf: CaseInvoice
Usage: #example
* insert InvoiceOfTheInstitute
* subject = Reference(Patient/patient-lopez)
* recipient = Reference(Patient/patient-lopez)
* insert InvoiceLine(0, multidisciplinary-opinion, 950)
* insert InvoiceLine(1, video-consultation, 250)
* insert InvoiceTotal(1200)

RuleSet: Given
* status = #active
* scope = $consent-scope#patient-privacy
* dateTime = "2026-11-20"
* policyRule.text = "Consent form of Hospital North"

RuleSet: Purpose(at, code)
* category[{at}].coding[0] = $loinc#59284-0 "Consent Document"
* category[{at}].coding[1] = $consent-purpose#{code}

Instance: case-consent-abroad
InstanceOf: CaseConsent
Usage: #example
* insert Given
* insert Purpose(0, cross-border-opinion)
* patient = Reference(Patient/patient-anh)
* provision.type = #permit

Instance: case-consent-two-purposes
InstanceOf: CaseConsent
Usage: #example
* insert Given
* insert Purpose(0, cross-border-opinion)
* insert Purpose(1, insurer-clinical-content)
* patient = Reference(Patient/patient-lopez)
* provision.type = #permit
* provision.actor.role = http://terminology.hl7.org/CodeSystem/v3-ParticipationType#IRCP "information recipient"
* provision.actor.reference = Reference(Organization/insurer-west)

Instance: case-message-question
InstanceOf: CaseMessage
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* partOf = Reference(Task/case-task-submitted)
* status = #completed
* subject = Reference(Patient/patient-anh)
* sent = "2026-11-24T08:00:00Z"
* sender = Reference(Organization/institute-south)
* recipient = Reference(Organization/hospital-north)
* payload.contentString = "Has the MRI been done?"

Instance: case-message-answer
InstanceOf: CaseMessage
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #completed
* payload[+].contentString = "Yes, the report is attached."
* payload[+].contentAttachment.url = "Binary/mri-report"

Instance: case-appointment-booked
InstanceOf: CaseAppointment
Usage: #example
* extension[virtualService].extension[_datatype].valueString = "VirtualServiceDetail"
* extension[virtualService].extension[channelType].valueCoding = https://video.south.example/channels#room "Video room"
* extension[virtualService].extension[address].valueUrl = "https://video.south.example/room/31"
* extension[virtualService].extension[additionalInfo].valueUrl = "https://video.south.example/help"
* extension[virtualService].extension[maxParticipants].valuePositiveInt = 6
* extension[virtualService].extension[sessionKey].valueString = "invented-key"
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #booked
* start = "2026-12-04T09:00:00+01:00"
* end = "2026-12-04T09:40:00+01:00"
* participant[+].actor = Reference(Patient/patient-anh)
* participant[=].status = #accepted
* participant[+].actor = Reference(PractitionerRole/reviewer-oncology)
* participant[=].status = #accepted

Instance: case-appointment-proposed
InstanceOf: CaseAppointment
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-kept-by-server)
* status = #proposed
* participant.actor = Reference(Patient/patient-lopez)
* participant.status = #needs-action
