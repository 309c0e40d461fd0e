"""Sentences of a mail that sound like a promise to pay or like a dispute.

They are shown to a person beside what could be recorded, and nothing is recorded by itself. So
it is enough to be right mostly: what is overlooked is still in the mail, what is wrongly found is
rejected in one click.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from interactions.rules.mail.amounts import sum_said
from interactions.rules.mail.days import IsWorking, day_said, weekdays_only

PROMISE: Final = "PROMISE"
DISPUTE: Final = "DISPUTE"
MAX_SAYINGS: Final = 8
_MAX_SENTENCES: Final = 400
_MAX_QUOTE: Final = 500


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence and what it could mean."""

    kind: str
    quote: str
    position: int
    amount: Decimal | None = None
    currency: str = ""
    due_on: dt.date | None = None
    reason: str = ""


def find_sayings(
    text: str, *, said_on: dt.date, is_working: IsWorking = weekdays_only
) -> list[Saying]:
    """Promises and disputes in a text, at most one of each kind a sentence."""
    found: list[Saying] = []
    for position, sentence in enumerate(sentences(text)[:_MAX_SENTENCES]):
        quote = sentence[:_MAX_QUOTE]
        if reason := dispute_in(quote):
            money = sum_said(quote)
            found.append(
                Saying(
                    DISPUTE,
                    quote,
                    position,
                    amount=money.amount if money else None,
                    currency=money.currency if money else "",
                    reason=reason,
                )
            )
        elif promises_in(quote):
            day = day_said(quote, said_on=said_on, is_working=is_working)
            money = sum_said(quote)
            if day is not None:
                found.append(
                    Saying(
                        PROMISE,
                        quote,
                        position,
                        amount=money.amount if money else None,
                        currency=money.currency if money else "",
                        due_on=day.day,
                    )
                )
    return found[:MAX_SAYINGS]


_CJK: Final = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef"
_JOIN_CJK: Final = re.compile(rf"(?<=[{_CJK}])\n(?=[{_CJK}])")
_END: Final = re.compile(r"(?<=[。！？；])|(?<=[.!?;])(?=\s)|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
# What ends with a dot without ending a sentence.
_SHORT: Final = re.compile(
    r"\b(no|nr|inv|mr|mrs|ms|dr|co|ltd|inc|approx|e\.g|i\.e|jan|feb|mar|apr|jun|jul|aug|sept?|oct"
    r"|nov|dec)\.$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text whose lines may be broken anywhere."""
    out: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        joined = _JOIN_CJK.sub("", block)
        open_part = ""
        for part in _END.split(joined):
            open_part += part
            if _SHORT.search(open_part.rstrip()):
                continue
            if sentence := " ".join(open_part.split()):
                out.append(sentence)
            open_part = ""
        if sentence := " ".join(open_part.split()):
            out.append(sentence)
    return out


# --- promises -----------------------------------------------------------------------------------

_PAY: Final = (
    r"(pay(ing)?|settl(e|ing)|transfer(ring)?|remit(ting)?|wir(e|ing)|clear(ing)? (it|this|the"
    r"|our|all|both)"
    r"|send(ing)? (you )?(the |a |our |your |half |full )?(payment|money|funds|transfer|balance"
    r"|remittance|amount)"
    r"|mak(e|ing) (the |a |this |your |full |partial )*(payment|transfer|remittance)"
    r"|releas(e|ing) (the |your |this |full )*(payment|funds|money)"
    r"|process(ing)? (the |your |this |full )*(payment|invoice|transfer)"
    r"|arrang(e|ing) (for )?(the |your |this |a )*(payment|transfer|remittance))"
)
_EN_PROMISE: Final = re.compile(
    rf"\b(will|'ll|’ll|shall|going to|plan(ning|s)? to|intend to|expect to|aim to|promise to|can"
    rf"|commit(ted)? to|undertake to|able to|scheduled to|due to"
    rf"|guarantee to)( [\w']+){{0,3}} {_PAY}\b"
    rf"|\b(we|i) (are|am|'re|'m) {_PAY}\b|\b(we|i)('re|'m|’re|’m) {_PAY}\b"
    r"|\b(payment|transfer|remittance|money|funds|balance|amount|invoices?|instal+ment|remainder"
    r"|rest"
    r"|half|sum|it|this|that|they|these|both|debt|overdue)\b[^.]{0,40}\b(will|shall|should|'ll"
    r"|is going to"
    r"|is to) (all |then |also |certainly |definitely )?(be )?(made|paid|sent|settled|released"
    r"|processed|transferred|executed"
    r"|cleared|wired|remitted|arranged|follow|go out|go through|reach|arrive|leave|in your account"
    r"|with you|credited|done|issued|initiated)\b"
    r"|\b(payment|transfer|invoice|it)\b[^.]{0,30}\b(is|are|has been|was) (scheduled|planned"
    r"|booked|set up|approved"
    r"|arranged|released|foreseen) (for|on|in|with|by)\b"
    r"|\byou('ll| will|’ll| should)( \w+){0,2} (have|receive|get|see) (the |our |your "
    r"|full )*(money|payment|funds"
    r"|transfer|balance|amount|remittance)\b"
    r"|\b(promise|commit|guarantee|confirm)( \w+){0,3} (payment|to pay|to settle|to transfer"
    r"|that we will pay)\b"
    r"|\bexpect (our |the |your |full )?(payment|transfer|wire|money|funds|remittance)\b"
    # Looser words; the day that is asked for, and what is left out below, keep them in bounds.
    r"|\b(will|'ll|’ll|shall|going to|aim to|plan to|intend to|promise to|expect to)\b[^.]{0,40}"
    r"\b(paid|pay|settled?|cleared?|transferred|remit(ted)?|wired?|repaid?|pay off)\b"
    r"|\b(will|'ll|’ll|shall|going to)( \w+){0,2} (cut|issue|mail|send|post|write|do|execute"
    r"|initiate)( \w+){0,2} (check|cheque|payment|transfer|wire|remittance)\b"
    r"|\b(scheduled|booked|planned|confirmed|approved|released|set up|arranged|queued)"
    r"( \w+){0,3} (payment|transfer|wire|remittance|invoices?) (for|on|by|to go out)\b"
    r"|\b(payment|transfer|wire|remittance|invoices?|balance)( \w+){0,2} (is |are )?(scheduled"
    r"|booked|planned|due to go out|lined up|queued|set) (for|on|by|to go out)\b"
    r"|\b(payment run|pay run|next run)\b|\bexpect the (\w+ )?(wire|balance|amount|rest)\b"
    r"|\b(payment|money|transfer|balance|rest) (follows|leaves|goes out)\b|\bleave our account\b"
    r"|\bget your money\b|\b(bring|get) (the |our )?account up to date\b"
    r"|\b(cheque|check|transfer|wire) goes out\b|\bbank (pays|transfers|wires|executes)\b"
    r"|\b(payment|transfer|wire|money|funds)\b[^.]{0,30}\b(should|will|is going to|ought to)"
    r" (be there|land|hit|arrive|reach|show up|clear|be with you|go)\b",
    re.IGNORECASE,
)
_EN_NO_PROMISE: Final = re.compile(
    r"\b(not|never|cannot|can't|won't|unable|couldn't|don't|doesn't|isn't|wouldn't|unlikely"
    r"|impossible|n't)\b"
    r"|[’']t\b|\bno (way|payment|money|funds)\b"
    r"|\b(if|unless|provided|once|as soon as|subject to|depend\w*|assuming|in case|until you"
    r"|after you"
    r"|when you|when we receive|when our (customer|client)|after (receipt|receiving|approval)"
    r"|upon)\b"
    r"|\b(pay(ing)?|transfer|payment to|owes?) us\b|\bplease (pay|settle|transfer|make|arrange"
    r"|remit|send|ensure|confirm)"
    r"|\byou (will|must|should|need to|have to|are to|are going to|promised|said|can|could|shall"
    r"|agreed)( \w+)? (pay|settle"
    r"|transfer|to pay|be paying|make|remit)\b|\byour (customer|client)|\bour (customer"
    r"|client)s? (will|can|should|is|are)"
    r"|\b(would|could|might|may|hope|hoping|try|trying|perhaps|maybe|possibly|wish)\b"
    r"|\b(pay|paying) (attention|a visit|you a visit|our respects|salaries|wages)\b"
    r"|\b(let you know|inform you|tell you|confirm|update you|discuss|check|clarify"
    r"|advise)\b[^.]{0,30}\b(when|whether|if|how)\b"
    r"|\b(fail\w*|default|late fee|interest will|penalt\w+|legal action|sue)\b|^\s*(when|how|why) "
    r"|\b(call|discuss|review|talk|meet|speak|negotiate)\b[^.]{0,30}\b(payments?|paid|pay)\b",
    re.IGNORECASE,
)
_ZH_PAY: Final = (
    r"(付款|打款|汇款|转账|付清|结清|还清|结款|还款|回款|支付|付(?=给|您|你|一|两|三|这|那|完|掉"
    r"|过去|出|\d|[，。！；,;!]|$|全|剩|余|首|第|尾|货|清|[^\w])"
    r"|打(?=给|过去|到|您|你|\d|一|两|三)|汇(?=给|出|到|过去)|转(?=给|过去|到)|到账|安排款项|划款"
    r"|结算|电汇|补齐|缴清|结账|给.{1,4}结(?!果|论|束|构)|结给|把钱|款.{0,8}安排|会付|付的"
    r"|打钱|出款|转到.{0,4}账|到您?你?们?账"
    r"|处理(?=这笔|该笔)?.{0,4}(款项|货款))"
    r"(?!方式|条件|日期|时间|流程|计划|方案|凭证|通知|申请|记录|条款|周期|进度|事宜|问题|的(时间"
    r"|日期|方式|安排)|情况|单|人|账户|信息|习惯)"
)
_ZH_PROMISE: Final = re.compile(_ZH_PAY)
_ZH_NO_PROMISE: Final = re.compile(
    r"不能|无法|没法|没办法|没有办法|不会|暂不|暂缓|不付|不打|付不|打不|还不上|难以|没钱|没有钱"
    r"|不打算|拒绝|不可能|恐怕|不一定|不确定|未必|延迟付款|推迟"
    r"|吗|？|\?|能否|可否|什么时候|何时|是否|多久|怎么"
    r"|如果|假如|倘若|若(?!干)|一旦|除非|只要|的话|才能|才会|再付|再打|再安排|后付款|后再|之后付"
    r"|后支付|后立即付|后马上付"
    r"|已于|已经?(付|打|汇|转|支付|结清|还|到账)|付了|打了|汇了|转了|付过|付完了|昨天|前天|上周"
    r"|上个?月|上个?星期|去年"
    r"|请(您|你|贵|尽快|务必|于|在|及时|按|安排|把|将|对方)|贵(司|公司|方)(应|须|需|要|务必|承诺"
    r"|说|答应|什么)|你们?(应|须|要|得|必须|承诺|说过|答应|说好)|麻烦(您|你|贵)|催"
    r"|客户.{0,8}(付|打|回|汇)款|客户.{0,6}(付|打|汇)给|(付|打|汇|转|支付)给(我们|我司|我方|我)"
    r"|(发|付|支付).{0,3}(工资|薪|奖金)|员工"
    r"|希望|争取|尽量|看看|可能|也许|研究|讨论|商量|沟通|申请付款|答复|回复|告知|通知您|通知你"
    r"|否则|违约|滞纳|催收|起诉"
)


def promises_in(sentence: str) -> bool:
    """Whether a sentence says that its writer will pay. The day is looked for separately."""
    if _EN_PROMISE.search(sentence):
        is_question = sentence.rstrip().endswith("?")
        return not is_question and not _EN_NO_PROMISE.search(sentence)
    return bool(_ZH_PROMISE.search(sentence)) and not _ZH_NO_PROMISE.search(sentence)


# --- disputes -----------------------------------------------------------------------------------

_GOODS: Final = (
    r"(goods|items?|products?|parts?|deliver(y|ies)|shipment|order|parcels?|cartons?|pieces|units"
    r"|materials?|machines?|pallets?|consignment|samples?|boxes)"
)
_EN_DISPUTES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        (
            "ALREADY_PAID",
            r"\balready (been )?(paid|settled|transferred|remitted|cleared)|\b(was|were|has been"
            r"|have been) (already )?(paid|settled)\b"
            r"(?! (attention|late))|\b(we|i) (have |had )?(paid|settled|transferred) (this|that"
            r"|it|the|your|in full|on|you|both|all)\b"
            r"|\bpayment (was|has been) (made|sent|executed|transferred)\b|\b(invoice|amount"
            r"|balance) is (already )?paid\b",
        ),
        (
            "PAPERWORK",
            r"\b(not|n't|never|n’t) (yet )?(received|got|had|seen) (the |an? |any |your |this "
            r"|that |original )*(invoice|original|credit note|paperwork|documents?"
            r"|proof of delivery|delivery note|certificate|purchase order number)"
            r"|\b(missing|without) (the |an? |our )*(po number|purchase order|proof of delivery"
            r"|delivery note|vat number|certificate)"
            r"|\b(credit note|delivery note|proof of delivery|certificate)s? (is|are|was"
            r"|were) (still )?(missing|not attached|outstanding)",
        ),
        (
            "QUALITY",
            r"\b(damaged|defective|faulty|broken|unusable|scratched|rusty|rusted|mouldy"
            r"|contaminated|cracked|leaking|substandard)\b"
            r"|\b(poor|bad|low|inferior|unacceptable) quality\b|\bquality (issue|problem"
            r"|complaint|defect|is (not|poor|bad|below|unacceptable)|was (not|poor|bad|below"
            r"|unacceptable)|does not|did not)"
            r"|\b(do(es)?|did)(n't| not|n’t) (work|function|meet|conform|comply"
            r"|match the sample)\b|\bnot working\b|\b(below|out of|not to|not up to"
            r"|not meet\w*) (the )?(agreed |our )*(spec\w*|standard|sample)"
            r"|\b(failed|fail) (our |the )*(inspection|test|quality)|\bnot as (described|ordered"
            r"|agreed)\b|\bstopped working\b|\bdefects?\b"
            r"|\b(not|n't|n’t) what (we|was|i) (ordered|expected|asked for)\b"
            r"|\b(we|i) (have |had )?(returned|sent back|rejected) (these|those|the|them|it|this"
            r"|all|half)\b"
            r"|\bwrong (colou?r|model|size|type|version|goods|items?|products?|parts?)\b",
        ),
        (
            "QUANTITY",
            r"\b(short (delivery|shipped|delivered|shipment)|shortage|under-?delivered"
            r"|incomplete (delivery|shipment|order))\b"
            rf"|\bmissing (\w+ )?{_GOODS}\b|\b(are|were|is|was) (still )?missing\b|\b(only"
            rf"|just) (received|got|delivered) |\b(only|just) \w+ (\w+ )?(were|was"
            rf"|have been) (delivered|received)"
            r"|\bwrong (quantity|number of)|\bquantity (is|was|does|did) (not|wrong|incorrect"
            r"|short|less)|\b(fewer|less) than (we )?(ordered|invoiced|agreed)"
            r"|\bstill waiting for (the )?(remaining |missing )?\d|\bbut only \d|\b(crates|boxes"
            r"|pallets|units|pieces|items|cartons) short\b",
        ),
        (
            "NOT_ORDERED",
            r"\b(never|not|n't|n’t) (order(ed)?|request(ed)?|ask(ed)? for|commission(ed)?"
            r"|place(d)? (this|that|an|any|such))\b|\bno (record|knowledge) of (this|that|such"
            r"|the|any) (order|purchase|contract|delivery)"
            r"|\b(nobody|no one|none of us)( \w+){0,2} (ordered|requested|asked for)\b"
            r"|\b(is|was) (meant )?for another company\b",
        ),
        (
            "NOT_DELIVERED",
            rf"\b(not|n't|never|n’t) (yet )?(been )?(received|delivered|arrived|shipped|got"
            rf"|deliver|arrive)\b[^.]{{0,40}}\b{_GOODS}\b|\b{_GOODS}\b[^.]{{0,40}}\b(not|never"
            rf"|n't|n’t) (yet )?(been )?(received|delivered|arrived?|shipped|reach\w*)\b"
            rf"|\b{_GOODS}\b[^.]{{0,20}}\b(is|are) still (outstanding|not here)|\b(was|were|has"
            rf"|have|is"
            rf"|are)( been)? never (been )?(delivered|shipped|received)\b|\bwork (was|is"
            rf"|has) (not|never)( been)? (done|finished|completed|performed)|\bservice (was"
            rf"|were) (not|never) (provided|performed)",
        ),
        (
            "PRICE",
            r"\b(wrong|incorrect|inflated) (price|amount|rate|total|sum|vat|charge|invoice|figure"
            r"|currency|discount|unit price)"
            r"|\b(amount|price|invoice|total|rate|balance|sum|figure|charge|calculation"
            r"|statement)s?\b[^.]{0,30}\b(is|are|was|were|seems?|looks?) (clearly |simply "
            r"|completely |still )?(wrong|incorrect|not correct|not right|too high|mistaken"
            r"|higher than|more than|overstated|inaccurate|not what)"
            r"|\b(overcharg\w+|overbill\w+|double[ -](charg|bill|invoic)\w+|(charged|billed"
            r"|invoiced)( us)?( for this)? twice)\b|\b(do|does|can|did)(n't| not|n’t"
            r"|not)( \w+)? agree (with|to|on) (the |this |your |that |these )*(\w+ )?(invoice"
            r"|amount|price|charge|balance|statement|calculation|fee|bill|sum|interest"
            r"|late fee)s?"
            r"|\bcannot agree (with|to)|\bhigher than (the )?(agreed|quoted|contract|we agreed"
            r"|in the)|\b(does|do|did)(n't| not|n’t) (match|correspond|agree with|reflect) (with "
            r"|to )?(our|the|your) (po|purchase order|order|contract|quotation|quote|records"
            r"|agreement|books)"
            r"|\bnot what (we|was) (agreed|quoted)|\bdiscount (is|was|has) (missing|not)"
            r"|\bagreed (price|rate|discount) (was|is) (\w+ )?(not|lower|different)",
        ),
        (
            "OTHER",
            r"\b(we|i) (hereby |formally |must |have to |do |are )?(disput\w+|contest\w*"
            r"|object\w* to|reject\w* (this|the|your|these|that))\b|\b(refuse|refusing) to (pay"
            r"|accept)|\bunder dispute\b|\b(in|is) disput(e|ed)\b|\b(do|does|will|can)(n't| not"
            r"|n’t|not) (accept|recogni[sz]e|acknowledge) (this|the|your|these|that|any) (invoice"
            r"|charge|claim|fee|amount|debt|reminder|delivery|late)"
            r"|\bwithh(o|e)ld(ing)? (the )?payment|\bunjustified\b|\b(formal"
            r"|official) complaint\b|\bwe (are|were) not satisfied|\bclaim (compensation|damages)"
            r"|\bdeduct(ed|ing)? [^.]{0,40}(for|because|from)",
        ),
    )
)
_EN_NO_DISPUTE: Final = re.compile(
    r"\b(no|not any|without( any)?|don't have( any)?|any) (complaints?|problems?|issues?|damages?"
    r"|disputes?|objections?|defects?|shortages?)\b"
    r"|\bnot (damaged|defective|faulty|broken|disput\w+|in dispute)|\b(do|does) not (dispute"
    r"|contest|object)|\bdon't (dispute|contest|object)|n’t (dispute|contest|object)"
    r"|\b(if|in case|in the event|should (any|the|you)|would be|whether|unless|to avoid"
    r"|in order not)\b"
    r"|\b(resolved|solved|replaced and|has been corrected|withdrawn|withdraw|sorry|apolog\w+"
    r"|by mistake)\b[^.]{0,60}$"
    r"|\b(your|you)\b[^.]{0,15}\b(payment|transfer) (was|has) (not|been)"
    r"|\bnot (yet )?(been )?paid\b|\bunpaid\b|\bremains? unpaid|\b(your|you) (have|had)(n't"
    r"| not)? (paid|received)|\byou (have )?already paid",
    re.IGNORECASE,
)
_ZH_DISPUTES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (
            "ALREADY_PAID",
            r"已经?(全部|全额|于.{2,12})?(付清|付款|付过|付了|付给|支付|打款|打过|汇款|汇出|转账"
            r"|结清|还清|付)|(钱|款|款项|货款|这笔|那笔|上周|上个?月|昨天).{0,8}(付|打|汇|转)(过"
            r"|完|出)?了|(付|打|汇|转)过(款|了|钱)|转给(你|您|贵)们?了|早就付|早已付",
        ),
        (
            "PAPERWORK",
            r"(没有?|未|尚未|还没有?|一直没有?)(收到|看到|拿到|开|提供|寄).{0,8}(发票|票据|单据"
            r"|签收单|原件|红字|合格证|报告|送货单)|(发票|签收单|送货单|单据|合格证).{0,4}(没有?"
            r"|未|还没)(收到|开|提供|寄|给)|缺(少)?.{0,4}(发票|单据|合格证|签收单)",
        ),
        (
            "QUALITY",
            r"质量.{0,6}(问题|瑕疵|缺陷|不合格|不达标|不符|太差|很差|不行|差|不过关|不好|异议"
            r"|不稳定)|破损|损坏|坏了|坏的|次品|残次|不良品|不良率|不合格|瑕疵|缺陷|开裂|裂纹"
            r"|生锈|发霉|变形|色差|不能用|用不了|无法(正常)?使用|漏水|划痕|划伤|故障|返工|(与|和"
            r"|跟)(样品|样板|要求|规格|图纸).{0,3}(不符|不一致|不一样)|不符合(要求|标准|规格|约定"
            r"|合同)|发错|送错|寄错|错货|货不对|(型号|颜色|尺寸|规格).{0,3}(错|不对|不符)"
            r"|货.{0,4}有问题|退货了|掉色|褪色|断裂|不转了|用.{0,6}就(坏|不)|死机|不工作",
        ),
        (
            "QUANTITY",
            r"少(发|送|给|到|交|装)|少了.{0,8}(箱|件|个|台|吨|套|货|只|米|公斤)|数量.{0,6}(不对"
            r"|不符|不足|有误|少|不够|对不上|不一致|错)|缺(货|少|件|了)|短(少|缺|装)|只(收到|到了"
            r"|发了|送了)|漏发|欠我们.{0,8}(货|箱|件|台|吨|套)"
            r"|少[一二两三四五六七八九十\d]+[件箱个台套]|没(有)?发(齐|全)|未发(齐|全)",
        ),
        (
            "NOT_DELIVERED",
            r"(没有?|未|尚未|还没有?|从未|一直没有?|至今没有?|至今未|从来没有?)(收到|送到|见到"
            r"|看到|拿到|发|到).{0,8}(货|东西|产品|商品|设备|材料)|(货|货物|设备|产品|材料"
            r"|东西).{0,6}(还没|没有|没|未|尚未|至今未)(到|收到|送到|发|交|送达)|未(交货|发货"
            r"|送达|交付)|没(有)?(交货|发货|交付)|(服务|工程|安装).{0,4}(没|未|没有)(做|完成|提供"
            r"|到位)",
        ),
        (
            "NOT_ORDERED",
            r"(没有?|未|从未|从来没有?|并未)(下过?|订购?|订过|采购|购买|买过|定过|签过"
            r"|委托)(了)?.{0,8}(订单|单|货|这批|这个|这些|东西|产品|服务|合同|过)|没有?(要求|委托"
            r"|申请)过|不是我们?(司"
            r"|公司|方)?(订|下|买|采购|的订单)",
        ),
        (
            "PRICE",
            r"(金额|价格|单价|总价|账单|发票|对账单|数字|账目|账|税率|欠款|利息|货款).{0,8}(不对"
            r"|有误|错|不符|有问题|对不上|不一致|不正确|不准|有出入|有差异|偏高|太高|过高)|多(收"
            r"|算|开|计|扣)(了)?|重复(收费|开票|计费|收款|开具)|(价格|单价|金额|价).{0,4}(比|高于"
            r"|超出|超过).{0,10}(高|贵|多|合同|报价|约定|订单)|(与|和|跟)(合同|报价|订单|约定"
            r"|协议).{0,6}(不符|不一致|不一样|对不上)|开错|算错|写错|折扣.{0,4}(没|未)|没有这(项"
            r"|笔)(费用|收费)|不是(约定"
            r"|合同|谈好|说好)的价",
        ),
        (
            "OTHER",
            r"有异议|提出异议|存在异议|不(予)?认可|不同意(这|该|你|贵|付|此|按|支付)|拒绝(付款"
            r"|支付|签收|接收|接受)|拒付|拒收|有争议|存在争议|不(能|予)?接受(这|该|你|贵|此|逾期"
            r"|违约)|投诉|不承认|要求(赔偿|退款|退货|扣款|换货|索赔)|退货|索赔|扣除.{0,12}(款|元"
            r"|费|金额|万)|不合理",
        ),
    )
)
_ZH_NO_DISPUTE: Final = re.compile(
    r"没有?(任何|什么)?(质量)?(问题|异议|意见|争议|破损|损坏)|没问题|无(质量)?(异议|误|问题|争议"
    r"|破损|损坏)|质量(很|非常|挺|都|一直)?(很)?(好|不错|稳定|满意)|对账无误|无误|完好"
    r"|如果|假如|若(?!干)|如有|如出现|万一|一旦|为避免|避免|是否|吗|？|\?|有没有|能否"
    r"|已(经)?(解决|处理|更换|换货|补发|撤回|更正)|(解决|处理|补发|更换)了|撤回|抱歉|对不起"
    r"|(贵司|你们|您|你方|贵方).{0,4}(尚未|还没|没有|未|还未).{0,3}(付|支付|打款)|尚未付|未付(款"
    r"|清)?的?|未支付|没付款?"
)


def dispute_in(sentence: str) -> str:
    """The reason of the dispute that a sentence raises; "" when it raises none."""
    if sentence.rstrip().endswith(("?", "？")):
        return ""
    if not _EN_NO_DISPUTE.search(sentence):
        for reason, pattern in _EN_DISPUTES:
            if pattern.search(sentence):
                return reason
    if not _ZH_NO_DISPUTE.search(sentence):
        for reason, pattern in _ZH_DISPUTES:
            if pattern.search(sentence):
                return reason
    return ""
