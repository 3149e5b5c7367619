"""The texts of reasons about deposits that a policy asks for when a visit is booked."""

TEXTS: dict[str, str] = {
	# why none is asked for
	"deposit_no_rule": "The policy in force asks for no deposit. To ask for one all the same, enter the amount.",
	"deposit_free_group": "{version} asks for no deposit of customers of {group}.",
	"deposit_none_fits": "No line of {version} asks for a deposit for this visit and customer.",
	"deposit_no_price": "The deposit by {version} is 0, since the visit has no price.",
	# why one is asked for, and what became of it
	"deposit_for": "{version}, line {row}, asks for {rule}: {whom}.",
	"deposit_came": "The deposit of {amount} is there.",
	"deposit_lapsed": "The deposit of {amount} was not paid until {until}, so the time was given back.",
	"deposit_set_aside": "Confirmed without the deposit of {amount}: {reason}",
	"deposit_awaited": "Deposit: {amount} is waited for, and the booking confirms by itself once it is paid. Take it at the counter, or send its pay link with Ask for the deposit of the policy.",
	# what customers read before they book
	"deposit_told": "To keep this time we ask for a deposit of {amount}. After booking you have {time} to pay it; else the time is given back, at no cost.",
	"deposit_told_new": "Of new customers we ask for a deposit of {amount}. After booking they have {time} to pay it; else the time is given back, at no cost.",
	"deposit_told_missed": "Of customers who missed a visit we ask for a deposit of {amount}. After booking they have {time} to pay it; else the time is given back, at no cost.",
	# what a person is asked
	"deposit_late": "{amount} {currency} came in by link {link} for the deposit of {booking}, which does not wait for it ({state}). It is booked and held for the customer: agree on a new time, or give it back.",
	"deposit_not_confirmed": "The deposit of {booking} is paid, and the booking can't be confirmed: {error} Settle it with the customer.",
	"deposit_not_askable": "The deposit of {amount} could not be asked for: {error} The time is kept until somebody answers.",
	# what is refused
	"deposit_rule_amount": "Deposits, row {row}: enter an amount above 0, for a percentage 100 at the most.",
	"deposit_rule_price": "Deposits, row {row}: the price from which it is asked can't be below 0.",
	"deposit_rule_hours": "Deposits, row {row}: enter how many hours before the visit.",
	"deposit_rule_within": "Deposit to be paid within: enter how many minutes the time is kept for it.",
	"deposit_ask_closed": "Status: the booking is {status}. The policy's deposit is asked for before it is confirmed.",
	"deposit_asked_already": "Deposit: it is {state} already.",
}
