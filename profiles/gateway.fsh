RuleSet: Supports(type, profile)
* rest.resource[+].type = #{type}
* rest.resource[=].supportedProfile[+] = "https://consilium.example/fhir/StructureDefinition/{profile}"
* rest.resource[=].interaction[+].code = #read
* rest.resource[=].interaction[+].code = #vread
* rest.resource[=].interaction[+].code = #create
* rest.resource[=].interaction[+].code = #update
* rest.resource[=].interaction[+].code = #history-instance
* rest.resource[=].interaction[+].code = #search-type

RuleSet: SupportsToo(profile)
* rest.resource[=].supportedProfile[+] = "https://consilium.example/fhir/StructureDefinition/{profile}"

RuleSet: Finds(name, type)
* rest.resource[=].searchParam[+].name = "{name}"
* rest.resource[=].searchParam[=].type = #{type}

Instance: gateway
InstanceOf: CapabilityStatement
Usage: #definition
Title: "Second-opinion gateway"
Description: "What a server has to do to carry second-opinion cases."
* url = "https://consilium.example/fhir/CapabilityStatement/gateway"
* version = "0.1.0"
* name = "Gateway"
* title = "Second-opinion gateway"
* status = #active
* experimental = false
* date = "2026-11-22"
* publisher = "Consilium"
* description = "What a server has to do to carry second-opinion cases: take a case in one transaction, open it, let the programme work it, bring the report home, and tell who asks what has changed."
* kind = #requirements
* fhirVersion = #4.0.1
* format[+] = #json
* format[+] = #xml
* rest.mode = #server
* rest.security.service = http://terminology.hl7.org/CodeSystem/restful-security-service#SMART-on-FHIR
* rest.security.description = "SMART Backend Services: each partner's system signs in with its own key."
* rest.interaction[+].code = #transaction
* rest.interaction[+].code = #batch
* insert Supports(ServiceRequest, case-request)
* insert Finds(identifier, token)
* insert Finds(subject, reference)
* insert Finds(status, token)
* insert Supports(Task, case-task)
* insert SupportsToo(service-confirmation-task)
* insert SupportsToo(completeness-check-task)
* insert SupportsToo(information-request-task)
* insert SupportsToo(translation-task)
* insert SupportsToo(review-task)
* insert SupportsToo(mdt-task)
* insert SupportsToo(quote-task)
* insert SupportsToo(video-consultation-task)
* insert SupportsToo(follow-up-task)
* insert SupportsToo(materials-task)
* insert SupportsToo(offer-task)
* insert SupportsToo(abort-task)
* insert Finds(based-on, reference)
* insert Finds(part-of, reference)
* insert Finds(group-identifier, token)
* insert Finds(status, token)
* insert Finds(business-status, token)
* insert Finds(_lastUpdated, date)
* insert Supports(DocumentReference, packet-document)
* insert SupportsToo(report-file)
* insert SupportsToo(report-translation)
* insert Finds(related, reference)
* insert Finds(subject, reference)
* insert Finds(category, token)
* insert Supports(Provenance, translation-provenance)
* insert Finds(target, reference)
* insert Supports(QuestionnaireResponse, case-questions)
* insert SupportsToo(follow-up-answers)
* insert Finds(subject, reference)
* insert Supports(DiagnosticReport, opinion-report)
* insert Finds(based-on, reference)
* insert Finds(status, token)
* insert Finds(_lastUpdated, date)
* insert Supports(Composition, report-composition)
* insert SupportsToo(report-translated-composition)
* insert Finds(subject, reference)
* insert Supports(Bundle, report-bundle)
* insert Finds(identifier, token)
* insert Supports(Observation, opinion-concordance)
* insert SupportsToo(opinion-difference)
* insert SupportsToo(opinion-travel-advice)
* insert Finds(based-on, reference)
* insert Finds(code, token)
* insert Finds(value-concept, token)
* insert Supports(CarePlan, recommended-plan)
* insert Finds(subject, reference)
* insert Supports(Claim, cost-estimate)
* insert Finds(patient, reference)
* insert Supports(Patient, case-patient)
* insert Finds(identifier, token)
* insert Supports(Organization, partner-organization)
* insert Finds(name, string)
* insert Supports(Practitioner, reviewer-person)
* insert Finds(name, string)
* insert Supports(PractitionerRole, reviewer)
* insert Finds(organization, reference)
* insert Finds(specialty, token)
* insert Supports(Coverage, case-coverage)
* insert Finds(beneficiary, reference)
* insert Supports(Invoice, case-invoice)
* insert Finds(patient, reference)
* insert Supports(Consent, case-consent)
* insert Finds(patient, reference)
* insert Supports(Communication, case-message)
* insert Finds(based-on, reference)
* insert Supports(Appointment, case-appointment)
* insert Finds(based-on, reference)
* insert Supports(Subscription, case-subscription)
* insert Finds(criteria, string)
* insert Finds(status, token)
