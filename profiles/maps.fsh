RuleSet: Map(id, name, title)
* url = "https://consilium.example/fhir/ConceptMap/{id}"
* version = "0.1.0"
* name = "{name}"
* title = "{title}"
* status = #active
* experimental = false
* sourceCanonical = "https://consilium.example/fhir/ValueSet/case-business-status"

RuleSet: Same(code, target, display)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].display = "{display}"
* group[=].element[=].target[=].equivalence = #equivalent

RuleSet: Wider(code, target, display)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].display = "{display}"
* group[=].element[=].target[=].equivalence = #wider

RuleSet: Unmatched(code)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].equivalence = #unmatched

Instance: case-business-status-to-bser
InstanceOf: ConceptMap
Usage: #definition
Title: "Business status of a case in BSeR"
Description: "For partners that speak Bidirectional Services eReferral."
* insert Map(case-business-status-to-bser, CaseBusinessStatusToBser, [[Business status of a case in BSeR]])
* description = "What a partner that speaks Bidirectional Services eReferral (BSeR) is told of a case. BSeR has no codes for the steps of the work: these are as accepted to it."
* group[+].source = $business-status
* group[=].target = $bser-status
* insert Same(submitted, 2.0, Service Request Created)
* insert Wider(service-confirmation, 2.0, Service Request Created)
* insert Wider(completeness-check, 2.0, Service Request Created)
* insert Wider(awaiting-information, 2.0, Service Request Created)
* insert Wider(awaiting-coverage, 2.0, Service Request Created)
* insert Wider(awaiting-payment, 2.0, Service Request Created)
* insert Same(accepted, 3.0, Service Request Accepted)
* insert Same(declined, 4.0, Service Request Declined)
* insert Wider(translating, 3.0, Service Request Accepted)
* insert Wider(assigned, 3.0, Service Request Accepted)
* insert Wider(awaiting-materials, 3.0, Service Request Accepted)
* insert Wider(under-review, 3.0, Service Request Accepted)
* insert Wider(mdt-scheduled, 3.0, Service Request Accepted)
* insert Wider(mdt-complete, 3.0, Service Request Accepted)
* insert Wider(preliminary-outcome, 3.0, Service Request Accepted)
* insert Wider(report-translation, 3.0, Service Request Accepted)
* insert Same(report-issued, 7.0, Service Request Fulfillment Completed)
* insert Wider(report-amended, 7.0, Service Request Fulfillment Completed)
* insert Unmatched(report-withdrawn)
* insert Same(cancellation-requested, 5.2, Service Request Cancellation Requested)
* insert Same(cancelled, 6.0, Service Request Fulfillment Cancelled)

Instance: visit-business-status-to-bser
InstanceOf: ConceptMap
Usage: #definition
Title: "Business status of a video consultation in BSeR"
Description: "For partners that speak Bidirectional Services eReferral."
* insert Map(visit-business-status-to-bser, VisitBusinessStatusToBser, [[Business status of a video consultation in BSeR]])
* description = "What a partner that speaks Bidirectional Services eReferral (BSeR) is told of a video consultation."
* sourceCanonical = "https://consilium.example/fhir/ValueSet/visit-business-status"
* group[+].source = $visit-status
* group[=].target = $bser-status
* insert Same(visit-scheduled, 5.1.1, Service Request Event Scheduled)
* insert Same(no-show, 5.1.2, Scheduled Service Request Event Unattended)
* insert Same(visit-cancelled, 5.1.3, Scheduled Service Request Event Cancelled)
* insert Same(visit-complete, 5.1.4, Service Request Event Completed)

Instance: case-business-status-to-cow
InstanceOf: ConceptMap
Usage: #definition
Title: "Business status of a case in Clinical Order Workflows"
Description: "For partners that speak Clinical Order Workflows."
* insert Map(case-business-status-to-cow, CaseBusinessStatusToCow, [[Business status of a case in Clinical Order Workflows]])
* description = "What a partner that speaks Clinical Order Workflows is told of a case. That guide has codes for few steps: the others are told by Task.status alone."
* group[+].source = $business-status
* group[=].target = $cow-status
* insert Unmatched(submitted)
* insert Unmatched(service-confirmation)
* insert Unmatched(completeness-check)
* insert Same(awaiting-information, awaiting-information, The fulfiller needs more information in order to proceed with the fulfillment of the request)
* insert Unmatched(awaiting-coverage)
* insert Unmatched(awaiting-payment)
* insert Unmatched(accepted)
* insert Unmatched(declined)
* insert Unmatched(translating)
* insert Unmatched(assigned)
* insert Unmatched(awaiting-materials)
* insert Wider(under-review, awaiting-interpretation, The observations for the requested consultation or procedure is awaiting interpretation)
* insert Wider(mdt-scheduled, awaiting-interpretation, The observations for the requested consultation or procedure is awaiting interpretation)
* insert Wider(mdt-complete, awaiting-interpretation, The observations for the requested consultation or procedure is awaiting interpretation)
* insert Same(preliminary-outcome, preliminary-outcome, The initial outcome of the request fulfillment)
* insert Unmatched(report-translation)
* insert Unmatched(report-issued)
* insert Unmatched(report-amended)
* insert Unmatched(report-withdrawn)
* insert Unmatched(cancellation-requested)
* insert Unmatched(cancelled)

Instance: visit-business-status-to-cow
InstanceOf: ConceptMap
Usage: #definition
Title: "Business status of a video consultation in Clinical Order Workflows"
Description: "For partners that speak Clinical Order Workflows."
* insert Map(visit-business-status-to-cow, VisitBusinessStatusToCow, [[Business status of a video consultation in Clinical Order Workflows]])
* description = "What a partner that speaks Clinical Order Workflows is told of a video consultation."
* sourceCanonical = "https://consilium.example/fhir/ValueSet/visit-business-status"
* group[+].source = $visit-status
* group[=].target = $cow-status
* insert Same(visit-scheduled, visit-scheduled, The patient is scheduled for the requested consultation or procedure)
* insert Unmatched(no-show)
* insert Unmatched(visit-cancelled)
* insert Same(visit-complete, visit-complete, The visit with the patient for the requested consultation or procedure is complete)

Instance: case-number
InstanceOf: NamingSystem
Usage: #definition
Title: "Case numbers"
Description: "Identifiers of cases, given by the server."
* name = "CaseNumber"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* publisher = "Consilium"
* responsible = "The server that opens the case"
* description = "Numbers of cases, such as SO-26-7K3M-9QTX: SO, two digits of the year, and eight characters of Crockford's base 32. The server gives one when a request is sent: as identifier of type FILL of the request, as groupIdentifier of the coordination Task, and as identifier of the letters it makes."
* uniqueId[+].type = #uri
* uniqueId[=].value = "https://consilium.example/fhir/case-number"
* uniqueId[=].preferred = true
