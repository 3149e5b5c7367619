"""The texts of reasons about fees for missed and late cancelled visits, and about deposits that go back."""

TEXTS: dict[str, str] = {
	# why nothing is charged
	"fee_no_policy": "No policy was accepted with this booking, so it costs nothing.",
	"fee_no_rule": "{version} asks nothing for this.",
	"fee_nothing": "The fee by {version} is 0, since the visit has no price.",
	"fee_not_missed": "The booking is {status}, so no fee is due.",
	"fee_not_confirmed": "It was cancelled before it was confirmed, so it costs nothing.",
	"fee_cancelled_by_us": "The business cancelled it, not the customer, so it costs nothing.",
	"fee_in_time": "It was cancelled {hours} hours before, in time by {version}.",
	"fee_decided": "It was decided before: {fee}.",
	# why a fee is charged
	"fee_for_no_show": "The customer did not come. {version} asks for {rule}.",
	"fee_for_late": "Cancelled {hours} hours before, less than {band}. {version} asks for {rule}.",
	"fee_rule_percent": "{value} % of {price}, which is {fee}",
	"fee_rule_fixed": "{fee}",
	"fee_split": "{deposit} of it is kept of the deposit, {owed} is owed.",
	"fee_free_pass": "It is free pass {used} of {most} in a year.",
	# what a customer is told before they cancel
	"fee_if_cancelled": "If you cancel now, the policy that you accepted asks for {rule}: it is less than {band} hours before the visit.",
	"fee_if_free": "This time it costs nothing: it is free pass {used} of {most} in a year.",
	"fee_if_split": "{deposit} of it is kept of your deposit, {owed} is to be paid.",
	"fee_not_told": "fee: to cancel this visit costs something by now. {costs} To cancel all the same, send fee as {asked}.",
	# what is refused
	"fee_rule_amount": "Fees, row {row}: enter an amount above 0, for a percentage 100 at the most.",
	"fee_rule_notice": "Fees, row {row}: enter below how many hours' notice it applies.",
	"fee_rule_twice": "Fees, row {row}: there is a row for this already. Change that one, or remove this one.",
	"fee_passes": "Free passes: enter 0 or more.",
	"fee_unknown": "Fee: there is none called {fee}. Choose one from the list.",
	"fee_not_charged": "Fee: it is {status}, so there is nothing to waive.",
	"fee_reason": "Reason: say why the fee is waived.",
	"fee_by_hand": "A fee is decided by the policy. To take it back, waive it.",
	"fee_invoice_gone": "Fee: its invoice {invoice} is not submitted any more. Correct the ledger in ERPNext.",
	"fee_waiver_blocked": "The fee {fee} is to be waived ({reason}), and that can't be posted: {error} Open the period, then waive it again.",
	"policy_accepted": "Policy accepted: it is {version} already. What was accepted stays.",
	"policy_accepted_late": "Status: the booking is {status}. A policy is accepted while the visit is ahead.",
	"policy_none_in_force": "Policy: none is in force for {service}. Choose one in the service, or in Runbook Settings.",
	"deposit_none_held": "Deposit: nothing is held for {booking}.",
	"deposit_still_ahead": "Status: the booking is {status}. A deposit is given back once it is cancelled or over.",
	"deposit_reason": "Reason: say why the deposit is given back.",
}
