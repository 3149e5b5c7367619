"""The texts of reasons about estimates and their signatures."""

TEXTS: dict[str, str] = {
	# what the customer is told
	"estimate_gone": "This estimate is no longer in our books. Please contact {contact}.",
	"estimate_link_expired": "This link has expired. Please contact {contact} about the estimate.",
	"estimate_approved": "This estimate has been approved already. For changes please contact {contact}.",
	"estimate_declined": "This estimate has been declined. If you have changed your mind, please contact {contact}.",
	"estimate_expired": "This estimate was valid until a day that is over. Please contact {contact}, and we will renew it.",
	"estimate_superseded": "This estimate has been withdrawn or replaced by another one. Open the link in our newest message, or contact {contact}.",
	"estimate_not_sent": "This estimate is being changed and can't be approved at the moment. Please contact {contact}.",
	"estimate_changed": "The estimate has changed meanwhile. Please look at it again, then sign it.",
	"estimate_unknown_option": "choice: {option} is none of the options. Load the page again and choose from it.",
	"estimate_two_of_group": "choice: choose one of {group}, not several.",
	"estimate_none_of_group": "choice: choose one of {group}.",
	"estimate_reason_missing": "reason: please tell us in a few words why it does not suit you.",
	"estimate_seen_missing": "seen: it has to name the estimate that was looked at. Load the page again.",
	"signature_too_large": "signature: it is too large. Clear it and sign again, in {most} kB at the most.",
	"signature_not_png": "signature: it is not a whole picture (PNG). Clear it and sign again, or sign by typing your name.",
	# what staff are told
	"estimate_transition": "Estimate: it is {before} and can't become {after}.",
	"estimate_option_and_add_on": "Items, row {row}: it can be an option or an add-on, not both. Clear one of the two.",
	"estimate_lone_option": "Items: the group {group} has one option only. Add another row with this group, or make the row an add-on.",
	"estimate_deposit_percent": "Deposit with Approval: enter a percentage from 0 to 100.",
	"estimate_deposit_currency": "Deposit with Approval: deposits are held in {own} and this estimate is in {currency}. Leave it empty, and ask for a deposit by hand.",
	"estimate_deposit_for": "Estimate {estimate} asks for {percent} % of its total of {total}.",
	"estimate_deposit_by_hand": "The deposit of {amount}: no visit could be requested that it could be asked for. Ask for it once there is one.",
	"estimate_no_lines": "Items: add what is offered before you send the estimate.",
	"estimate_no_end": "Valid Till: say until when the estimate stands, then send it.",
	"estimate_over": "Valid Till: {day} is over. Choose a later day, then send it.",
	"estimate_signed": "Estimate: it is signed as it stands. To change it, change its items, or cancel and amend it.",
	"estimate_cancelled": "Estimate: the quotation is cancelled. Amend it, and send the new one.",
	"estimate_lost": "Estimate: the quotation is lost. Duplicate it, and send the new one.",
	"signature_by_hand": "A signature is written when a customer signs; nobody changes or deletes it.",
	# what is written into the timeline
	"estimate_over_now": "The estimate is {state} now.",
}
