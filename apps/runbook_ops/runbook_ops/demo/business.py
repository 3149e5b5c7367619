"""The demo business as data: a pool renovation and service firm with its people, services, stock and customers."""

from typing import Any

PHONE = "+1 559-555-0134"
REVIEW_LINK = "https://reviews.example.com/clearwater-pools"
TERRITORIES = ("North County", "South County")
SKILLS = {
	"Surveying": "Measures pools and writes estimates",
	"Water care": "Tests and balances water, cleans filters",
	"Pumps": "Fits and repairs pumps and heaters",
	"Plaster": "Strips and resurfaces pool shells",
}

FRONT_DESK = {"email": "dana.whitfield@example.com", "first_name": "Dana", "last_name": "Whitfield"}
FRONT_DESK_ROLES = ("Runbook Front Desk", "Sales User", "Accounts User")

MATERIALS: tuple[dict[str, Any], ...] = (
	{"code": "POOL-PLASTER", "name": "White pool plaster, bag", "price": 28, "on_hand": 24},
	{"code": "POOL-PUMP", "name": "Variable-speed pump", "price": 640, "on_hand": 3},
	{"code": "POOL-FILTER", "name": "Filter cartridge", "price": 45, "on_hand": 12},
	{"code": "POOL-CHLORINE", "name": "Chlorine tablets, pail", "price": 79, "on_hand": 20},
)

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

RESOURCES: tuple[dict[str, Any], ...] = (
	{
		"name": "Luis Ortega",
		"email": "luis.ortega@example.com",
		"mobile": "+1 559-555-0141",
		"skills": ("Plaster", "Surveying"),
		"hours": (("07:00", "17:00"),),
	},
	{
		"name": "Hannah Kim",
		"email": "hannah.kim@example.com",
		"mobile": "+1 559-555-0142",
		"skills": ("Plaster", "Water care"),
		"hours": (("07:00", "17:00"),),
	},
	{
		"name": "Tom Fielding",
		"email": "tom.fielding@example.com",
		"mobile": "+1 559-555-0143",
		"skills": ("Pumps", "Water care", "Surveying"),
		"hours": (("07:30", "12:00"), ("12:30", "17:00")),
	},
	{
		"name": "Renovation Crew",
		"kind": "Crew",
		"email": "crew@example.com",
		"members": ("Luis Ortega", "Hannah Kim"),
	},
	{"name": "Mixer Truck", "kind": "Equipment", "hours": (("06:00", "20:00"),)},
)

SERVICES: tuple[dict[str, Any], ...] = (
	{
		"name": "Pool Survey",
		"code": "SVC-SURVEY",
		"price": 120,
		"job_type": "Survey",
		"minutes": 90,
		"before": 30,
		"needs": (("Person", "Surveying", None),),
		"scope": "Measure the pool, test the shell, photograph tile and coping, write the estimate.",
		"prep": "Please make sure that we can reach the pool and the pump.",
	},
	{
		"name": "Pool Care Visit",
		"code": "SVC-CARE",
		"price": 95,
		"job_type": "Maintenance",
		"minutes": 60,
		"before": 15,
		"rebook": 28,
		"add_ons": ("Pump Replacement",),
		"needs": (("Person", "Water care", None),),
		"scope": "Test and balance the water, clean baskets and filter, brush the walls.",
		"materials": (("POOL-CHLORINE", 1),),
		"checklist": ("Water test kit", "Chlorine and acid on board"),
	},
	{
		"name": "Pump Replacement",
		"code": "SVC-PUMP",
		"price": 980,
		"job_type": "Repair",
		"minutes": 180,
		"before": 30,
		"after": 15,
		"rebook": 365,
		"needs": (("Person", "Pumps", None),),
		"scope": "Take out the old pump, fit and test the new one.",
		"prep": "Please switch the pump off at the breaker on the evening before.",
		"materials": (("POOL-PUMP", 1),),
		"checklist": ("Check the voltage on the survey sheet", "Load the pump and unions", "Call ahead"),
	},
	{
		"name": "Pool Resurfacing",
		"code": "SVC-RESURFACE",
		"price": 4800,
		"job_type": "Renovation",
		"minutes": 510,
		"before": 30,
		"outdoor": 1,
		"rebook": 365,
		"needs": (("Crew", "Plaster", None), ("Equipment", None, "Mixer Truck")),
		"scope": "Strip the old surface, bond coat, new plaster, acid wash.",
		"prep": "The pool must be drained by the evening before. Please keep pets indoors.",
		"materials": (("POOL-PLASTER", 30),),
		"checklist": ("Load 30 bags of plaster", "Check the mixer's fuel", "Ask for the gate code"),
	},
	{
		"name": "Pool Owners' Class",
		"code": "SVC-CLASS",
		"price": 25,
		"job_type": "Class",
		"minutes": 90,
		"seats": 8,
		"at_ours": True,
		"needs": (("Person", "Water care", None),),
		"scope": "Show how to test and balance water, and how to clean a filter.",
		"prep": "Bring a water sample from your pool in a clean bottle.",
	},
)

CUSTOMERS: tuple[dict[str, Any], ...] = (
	{
		"name": "Maria Lopez",
		"email": "maria.lopez@example.com",
		"mobile": "+1 559-555-0161",
		"street": "418 Almond Avenue",
		"city": "Clovis",
		"territory": "North County",
	},
	{
		"name": "James Whitaker",
		"email": "james.whitaker@example.com",
		"mobile": "+1 559-555-0162",
		"street": "27 Orchard Lane",
		"city": "Fresno",
		"territory": "North County",
	},
	{
		"name": "Priya Raman",
		"email": "priya.raman@example.com",
		"mobile": "+1 559-555-0163",
		"street": "1190 Shepherd Road",
		"city": "Clovis",
		"territory": "North County",
	},
	{
		"name": "Oak Terrace Apartments",
		"company": True,
		"email": "manager@oak-terrace.example.com",
		"mobile": "+1 559-555-0164",
		"street": "600 Terrace Drive",
		"city": "Fresno",
		"territory": "South County",
	},
	{
		"name": "Ben Sorensen",
		"email": None,
		"mobile": "+1 559-555-0165",
		"street": "35 Kings Canyon Road",
		"city": "Sanger",
		"territory": "South County",
	},
	{
		"name": "Grace Okafor",
		"email": "grace.okafor@example.com",
		"mobile": "+1 559-555-0166",
		"street": None,
		"city": None,
		"territory": "South County",
	},
	{
		"name": "Hotel Sierra Vista",
		"company": True,
		"email": "facilities@sierra-vista.example.com",
		"mobile": "+1 559-555-0167",
		"street": "2 Vista Boulevard",
		"city": "Selma",
		"territory": "South County",
	},
	{
		"name": "Daniel Frost",
		"email": "daniel.frost@example.com",
		"mobile": "+1 559-555-0168",
		"street": "812 Willow Court",
		"city": "Fresno",
		"territory": "North County",
	},
)

HISTORY = (
	# key, weekdays ago, hour, customer, service, who, status
	("h01", 30, 9, "Oak Terrace Apartments", "Pool Care Visit", "Hannah Kim", "Completed"),
	("h02", 28, 10, "Maria Lopez", "Pool Survey", "Luis Ortega", "Completed"),
	("h03", 25, 8, "Hotel Sierra Vista", "Pool Care Visit", "Tom Fielding", "Completed"),
	("h04", 23, 13, "James Whitaker", "Pool Care Visit", "Hannah Kim", "Completed"),
	("h05", 20, 9, "Oak Terrace Apartments", "Pool Care Visit", "Hannah Kim", "Completed"),
	("h06", 17, 8, "Daniel Frost", "Pool Resurfacing", "Renovation Crew", "Completed"),
	("h07", 15, 14, "Priya Raman", "Pool Survey", "Tom Fielding", "Completed"),
	("h08", 13, 9, "Hotel Sierra Vista", "Pool Care Visit", "Tom Fielding", "Completed"),
	("h09", 10, 9, "Oak Terrace Apartments", "Pool Care Visit", "Hannah Kim", "Completed"),
	("h10", 8, 13, "James Whitaker", "Pump Replacement", "Tom Fielding", "Completed"),
	("h11", 5, 10, "Grace Okafor", "Pool Survey", "Luis Ortega", "No-show"),
	("h12", 4, 9, "Hotel Sierra Vista", "Pool Care Visit", "Tom Fielding", "Completed"),
	("h13", 2, 9, "Priya Raman", "Pool Care Visit", "Hannah Kim", "Completed"),
	("h14", 1, 13, "Oak Terrace Apartments", "Pool Care Visit", "Hannah Kim", "Completed"),
)
CHECKED_OUT = ("h13",)
"""Those whose invoice is made too, so that there is a receipt to look at. h14 waits to be checked out."""

VISITS = (
	# key, days ahead, from which hour, customer, service, state, further values
	("v1", 1, 9, "Priya Raman", "Pool Care Visit", "Confirmed", {"source": "Web"}),
	("v2", 1, 8, "Ben Sorensen", "Pump Replacement", "Confirmed", {"source": "Phone"}),
	("v3", 2, 10, "Grace Okafor", "Pool Survey", "Confirmed", {"source": "Web", "notes": "Asked twice"}),
	("v4", 2, 13, "Oak Terrace Apartments", "Pool Care Visit", "Requested", {"source": "E-mail"}),
	("v5", 3, 14, "Daniel Frost", "Pool Care Visit", "Moved", {"source": "Phone"}),
	("v6", 3, 9, "James Whitaker", "Pool Survey", "Cancelled", {"source": "Phone"}),
	(
		"v8",
		6,
		9,
		"Priya Raman",
		"Pool Care Visit",
		"Confirmed",
		{"source": "Phone", "services": [{"service": "Pool Care Visit"}, {"service": "Pool Survey"}]},
	),
	("v7", 5, 7, "Hotel Sierra Vista", "Pool Resurfacing", "Confirmed", {"source": "E-mail"}),
)

CLASS = ("Pool Owners' Class", 6, 15, (("c1", "Maria Lopez", 2), ("c2", "James Whitaker", 1)))
"""Service, days ahead, from which hour, and who has how many seats."""

DEMO_VISIT = (
	"demo",
	4,
	9,
	"Maria Lopez",
	"Pump Replacement",
	"Confirmed",
	{
		"source": "Phone",
		"access_notes": "Gate code 4471. The dog is friendly.",
		"notes": "Old pump is loud since the storm.",
	},
)
