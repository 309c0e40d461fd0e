"""The fixed words of a printed contract, in each language. Not in the catalogue of translations:
they are part of the text that was agreed and stay as they were."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LABELS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "contract_number": ("Contract no.", "合同编号"),
        "supplier": ("Supplier", "乙方（服务方）"),
        "client": ("Client", "甲方（委托方）"),
        "registration": ("Registration no.", "统一社会信用代码／登记号"),
        "address": ("Address", "地址"),
        "notice_address": ("Address for notices", "送达地址"),
        "email": ("E-mail", "电子邮箱"),
        "notice_email": ("E-mail for notices", "指定电子邮箱"),
        "phone": ("Phone", "电话"),
        "part_a": ("Part A  Services and price", "第一部分　服务内容与价款"),
        "part_b": ("Part B  Payment schedule", "第二部分　付款计划"),
        "part_c": ("Part C  Terms", "第三部分　合同条款"),
        "key_terms": ("Key terms", "主要条件"),
        "description": ("Description", "内容"),
        "deliverable": ("Deliverable", "交付成果"),
        "quantity": ("Quantity", "数量"),
        "unit_price": ("Unit price", "单价"),
        "tax_percent": ("Tax", "税率"),
        "deliver_on": ("Delivery", "交付日期"),
        "net": ("Net", "不含税金额"),
        "net_total": ("Net total", "不含税合计"),
        "tax_total": ("Tax", "税额"),
        "gross_total": ("Contract price", "合同总价"),
        "in_capitals": ("", "人民币（大写）"),
        "what_for": ("Payment", "款项"),
        "due": ("Due", "付款时间"),
        "amount": ("Amount", "金额"),
        "total": ("Total", "合计"),
        "amounts_in": ("Amounts in", "币种："),
        "starts_on": ("Begins", "起始日"),
        "ends_on": ("Ends", "终止日"),
        "price": ("Contract price, incl. tax", "合同总价（含税）"),
        "terms": ("Payment terms", "账期"),
        "prepayment": ("Prepayment", "预付款"),
        "earnest": ("Earnest money", "定金"),
        "deposit": ("Security deposit", "履约保证金"),
        "late_charge": ("Late charge", "逾期违约金"),
        "acceptance": ("Time to accept", "验收期限"),
        "suspension": ("Suspension", "暂停履行"),
        "law": ("Governing law", "适用法律"),
        "forum": ("Disputes", "争议解决"),
        "account_name": ("Account holder", "户名"),
        "bank_name": ("Bank", "开户行"),
        "account_number": ("Account", "账号"),
        "bic": ("BIC", "BIC／联行号"),
        "payment_details": ("Payment details", "收款账户"),
        "signatures": ("Signatures", "签署页"),
        "signed_for": ("Signed for and on behalf of", "签署方"),
        "name": ("Name", "姓名"),
        "position": ("Position", "职务"),
        "date": ("Date", "日期"),
        "place": ("Place", "签署地点"),
        "signature": ("Signature", "签字"),
        "seal": ("Seal", "盖章"),
        "governs": ("This text governs.", "以本文为准。"),
        "draft": ("DRAFT", "草案"),
        "version": ("Version", "版本"),
        "of_services": ("No services are listed yet.", "尚未列明服务内容。"),
        "of_terms": ("No clauses are chosen yet.", "尚未选定合同条款。"),
        "nothing_due": (
            "The contract price is invoiced when the services are delivered.",
            "合同价款于服务交付后开具发票（账单）。",
        ),
    }
)

#: What a schedule's entry says about when it is due, by its kind.
WHEN: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "PREPAYMENT": ("On signing, before work begins", "签约后、开始工作前"),
        "MILESTONE": ("On acceptance of line {line}", "第{line}项验收合格时"),
        "DATE": ("{day}", "{day}"),
        "INSTALMENT": ("{day}", "{day}"),
    }
)
WHAT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "PREPAYMENT": ("Prepayment", "预付款"),
        "MILESTONE": ("Payment on acceptance", "验收款"),
        "DATE": ("Payment", "付款"),
        "INSTALMENT": ("Instalment", "分期款"),
    }
)
PREAMBLE: Final = (
    "This Contract is made between {supplier} (the “Supplier”) and {client} (the “Client”). It "
    "consists of Part A (services and price), Part B (payment schedule), Part C (terms) and the "
    "signature page.",
    "本合同由{client}（以下称“甲方”）与{supplier}（以下称“乙方”）订立，由第一部分（服务内容与价款）、"
    "第二部分（付款计划）、第三部分（合同条款）和签署页组成。",
)
#: The last words before the signatures: which language decides.
BILINGUAL: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "en": (
            "This Contract is written in English and Chinese. Where the two differ, the English "
            "text governs.",
            "本合同以英文和中文书就。两种文本不一致的，以英文文本为准。",
        ),
        "zh-hans": (
            "This Contract is written in English and Chinese. Where the two differ, the Chinese "
            "text governs.",
            "本合同以英文和中文书就。两种文本不一致的，以中文文本为准。",
        ),
    }
)
CLOSING: Final = (
    "The persons signing below confirm that they are authorised to bind the party they sign for.",
    "以下签署人确认其有权代表所签署的一方订立本合同。",
)
