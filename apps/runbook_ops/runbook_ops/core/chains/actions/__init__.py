"""The actions that a step can take, one file each, deciding from settings and facts alone what is to be done."""

from .ask_person import ASK_PERSON
from .assign_job import ASSIGN_JOB
from .await_completion import AWAIT_COMPLETION
from .call_webhook import CALL_WEBHOOK
from .charge_fee import CHARGE_FEE
from .check_materials import CHECK_MATERIALS
from .contract import Action, Settings
from .create_follow_up import CREATE_FOLLOW_UP
from .create_job import CREATE_JOB
from .make_pay_link import MAKE_PAY_LINK
from .move_opportunity import MOVE_OPPORTUNITY
from .prepare_checklist import PREPARE_CHECKLIST
from .send_message import SEND_MESSAGE
from .start_chain import START_CHAIN
from .update_customer import UPDATE_CUSTOMER
from .update_field import UPDATE_FIELD
from .wait import WAIT
from .withdraw_materials import WITHDRAW_MATERIALS

ACTIONS: dict[str, Action] = {
	action.code: action
	for action in (
		UPDATE_CUSTOMER,
		MOVE_OPPORTUNITY,
		CREATE_JOB,
		ASSIGN_JOB,
		CHECK_MATERIALS,
		PREPARE_CHECKLIST,
		AWAIT_COMPLETION,
		SEND_MESSAGE,
		CREATE_FOLLOW_UP,
		ASK_PERSON,
		WAIT,
		UPDATE_FIELD,
		START_CHAIN,
		CALL_WEBHOOK,
		WITHDRAW_MATERIALS,
		CHARGE_FEE,
		MAKE_PAY_LINK,
	)
}

__all__ = ["ACTIONS", "Action", "Settings"]
