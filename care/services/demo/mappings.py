"""A mapping that the demo bank has saved: the customer list of the old counter system."""

from customers.services.mapping.library import save_mapping
from staff.choices import Role
from staff.models import User

COUNTER = {
    "target": "customers",
    "file": {"encoding": "gb18030", "delimiter": ",", "sheet": "", "header_row": 1},
    "columns": {
        "customer_no": {"template": "GM{客户编号:07}"},
        "kind": {"constant": "individual"},
        "name": {"from": "户名"},
        "id_no": {"from": "证件号码"},
        "birth_date": {"from": "证件号码", "convert": "resident_id_date"},
        "gender": {"from": "证件号码", "convert": "resident_id_sex"},
        "mobile": {"from": "联系电话"},
        "branch_code": {"from": "开户机构"},
        "occupation": {"from": "职业", "codes": {"企业管理": "executive", "个体": "business_owner", "不详": ""}},
        "annual_income": {"from": "年收入(万)", "number": {"factor": "10000", "round": True}},
    },
}


def save_mappings():
    """Save it as the administrator would; twice is once."""
    administrator = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("staff_no").first()
    save_mapping(name="柜面系统客户清单", definition=COUNTER, by=administrator)
