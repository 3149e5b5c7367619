"""What each action does on the site: one file a verb, each given arguments that the core has decided."""

from collections.abc import Callable, Mapping

from .assign_job import assign_job
from .await_completion import await_completion
from .charge_fee import charge_fee
from .check_materials import check_materials
from .context import Context, Result
from .create_follow_up import create_follow_up
from .create_job import create_job
from .make_pay_link import make_pay_link
from .move_opportunity import move_opportunity
from .prepare_checklist import prepare_checklist
from .start_chain import start_chain
from .update_customer import update_customer
from .update_field import update_field
from .wait import wait
from .withdraw_materials import withdraw_materials

Applier = Callable[[Context, Mapping[str, object]], Result]

APPLIERS: dict[str, Applier] = {
	"assign_job": assign_job,
	"await_completion": await_completion,
	"check_materials": check_materials,
	"create_follow_up": create_follow_up,
	"create_job": create_job,
	"move_opportunity": move_opportunity,
	"prepare_checklist": prepare_checklist,
	"update_customer": update_customer,
	"withdraw_materials": withdraw_materials,
	"wait": wait,
	"update_field": update_field,
	"start_chain": start_chain,
	"charge_fee": charge_fee,
	"make_pay_link": make_pay_link,
}

__all__ = ["APPLIERS", "Applier", "Context", "Result"]
