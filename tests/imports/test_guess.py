"""What the columns of a file are taken to be."""

import io

import pytest

from imports.rules.guess import guess_mapping
from imports.rules.headers import header_signature, labels_of, normal_header
from imports.rules.mapping import Mapping, MappingProblem, mapping_from_json
from imports.rules.table import Table
from imports.rules.targets import Target


def guessed(text: str, source: str = "auto") -> tuple[Mapping, dict[str, str]]:
    """The guess for a CSV text, and it by heading."""
    table = Table(io.BytesIO(text.encode()))
    mapping = guess_mapping(table.labels, table.sample(), source)
    pairs = zip(table.labels, mapping.columns, strict=True)
    return mapping, {label: str(target) for label, target in pairs if target}


SHAPES = {
    "factoring": (
        "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,"
        "Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate\n"
        "391,0379-NEVHP,4/6/2013,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0\n",
        ("generic", "INVOICES"),
        {
            "countryCode": "country",
            "customerID": "client_code",
            "invoiceNumber": "invoice_number",
            "InvoiceDate": "issued_on",
            "DueDate": "due_on",
            "InvoiceAmount": "amount",
            "Disputed": "disputed",
            "SettledDate": "settled_on",
            "DaysToSettle": "days_to_settle",
        },
    ),
    "aging": (
        "Customer_ID,Customer_Name,Invoice_Number,Invoice_Date,Due_Date,Terms,Original_Amount,"
        "Open_Balance,Days_Past_Due,Aging_Bucket,Status,PO_Number,Sales_Rep\n"
        "C1,Genco LLC,INV-1,2026-04-17,2026-06-01,Net 45,66.79,66.79,16,Current,Open,PO-5,B. C\n",
        ("generic", "INVOICES"),
        {
            "Customer_ID": "client_code",
            "Customer_Name": "client_name",
            "Invoice_Number": "invoice_number",
            "Invoice_Date": "issued_on",
            "Due_Date": "due_on",
            "Terms": "terms",
            "Original_Amount": "amount",
            "Open_Balance": "open_balance",
            "Status": "status",
            "PO_Number": "reference",
            "Sales_Rep": "owner",
        },
    ),
    "xero template": (
        "*ContactName,EmailAddress,POCountry,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,"
        "*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TaxAmount,Currency\n"
        "Sonair,,,12,,7/6/2019,8/2/2019,,Coffee,53,39,,39,,,\n",
        ("xero", "INVOICES"),
        {
            "*ContactName": "client_name",
            "EmailAddress": "contact_email",
            "POCountry": "country",
            "*InvoiceNumber": "invoice_number",
            "Reference": "reference",
            "*InvoiceDate": "issued_on",
            "*DueDate": "due_on",
            "Total": "amount",
            "*Description": "description",
            "*Quantity": "quantity",
            "*UnitAmount": "unit_price",
            "Discount": "discount",
            "TaxAmount": "tax",
            "Currency": "currency",
        },
    ),
    "xero export": (
        "ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,"
        "InvoiceAmountPaid,InvoiceAmountDue,Description,Quantity,UnitAmount,LineAmount,"
        "AccountCode,Currency,Type,Status\n"
        "Harbour Cafe,,INV-1,,24/03/2026,23/04/2026,1495.0000,195.0,0,1495.0,Coffee,1,1300,1300,"
        "200,NZD,Sales invoice,Awaiting Payment\n",
        ("xero", "INVOICES"),
        {
            "ContactName": "client_name",
            "EmailAddress": "contact_email",
            "InvoiceNumber": "invoice_number",
            "Reference": "reference",
            "InvoiceDate": "issued_on",
            "DueDate": "due_on",
            "Total": "amount",
            "InvoiceAmountPaid": "paid_amount",
            "InvoiceAmountDue": "open_balance",
            "Description": "description",
            "Quantity": "quantity",
            "UnitAmount": "unit_price",
            "LineAmount": "line_amount",
            "Currency": "currency",
            "Type": "document_type",
            "Status": "status",
        },
    ),
    "zoho books invoices": (
        "Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer ID,Customer Name,Due Date,"
        "Currency Code,Item Name,Quantity,Item Price,Item Total,Item Tax %,Item Tax Amount,"
        "SubTotal,Total,Balance,Last Payment Date\n"
        "2026-01-15,1001,INV-1,Paid,C1,Acme,2026-02-15,INR,Bracket,2,250,500,18,90,500,590,0,"
        "2026-01-20\n",
        ("zoho_books", "INVOICES"),
        {
            "Invoice Date": "issued_on",
            "Invoice Number": "invoice_number",
            "Invoice Status": "status",
            "Customer Name": "client_name",
            "Due Date": "due_on",
            "Currency Code": "currency",
            "Item Name": "description",
            "Quantity": "quantity",
            "Item Price": "unit_price",
            "Item Total": "line_amount",
            "Item Tax Amount": "tax",
            "Total": "amount",
            "Balance": "open_balance",
            "Last Payment Date": "settled_on",
        },
    ),
    "zoho payments": (
        "Payment Number,CustomerPayment ID,Mode,Customer Name,Amount,Unused Amount,Date,"
        "Amount Applied to Invoice,Invoice Number\n"
        "25/1,P1,Cash,Acme,400.00,0.00,2026-07-01,200.00,INV-1\n",
        ("zoho_books", "PAYMENTS"),
        {
            "Payment Number": "payment_number",
            "Mode": "method",
            "Customer Name": "client_name",
            "Amount": "amount",
            "Date": "settled_on",
            "Amount Applied to Invoice": "applied_amount",
            "Invoice Number": "invoice_number",
        },
    ),
    "zoho crm": (
        "Record Id,Invoice Owner,Subject,Invoice Number,Account Name,Contact Name,Invoice Date,"
        "Due Date,Status,Sub Total,Grand Total,Currency\n"
        "zcrm_1,Ann Lee,Work,INV-1,Acme,Bob,2026-01-02,2026-02-01,Created,100,120,EUR\n",
        ("zoho_crm", "INVOICES"),
        {
            "Invoice Owner": "owner",
            "Subject": "description",
            "Invoice Number": "invoice_number",
            "Account Name": "client_name",
            "Contact Name": "contact_name",
            "Invoice Date": "issued_on",
            "Due Date": "due_on",
            "Status": "status",
            "Grand Total": "amount",
            "Currency": "currency",
        },
    ),
    "quickbooks aging": (
        "Date,Transaction type,Num,Customer,Due date,Amount,Open balance\n"
        '15/07/2026,Invoice,1001,Acme,14/08/2026,"$4,250.00","$4,250.00"\n',
        ("quickbooks", "INVOICES"),
        {
            "Date": "issued_on",
            "Transaction type": "document_type",
            "Num": "invoice_number",
            "Customer": "client_name",
            "Due date": "due_on",
            "Amount": "amount",
            "Open balance": "open_balance",
        },
    ),
    "quickbooks lines": (
        "InvoiceNo,Customer,InvoiceDate,DueDate,Terms,Memo,Item(Product/Service),ItemDescription,"
        "ItemQuantity,ItemRate,ItemAmount,ItemTaxAmount,Currency\n"
        "INV-1,Acme,26/09/2026,30/09/2026,Net 30,X,Work,Work,1,100,100,16,KES\n",
        ("quickbooks", "INVOICES"),
        {
            "InvoiceNo": "invoice_number",
            "Customer": "client_name",
            "InvoiceDate": "issued_on",
            "DueDate": "due_on",
            "Terms": "terms",
            "Memo": "reference",
            "ItemDescription": "description",
            "ItemQuantity": "quantity",
            "ItemRate": "unit_price",
            "ItemAmount": "line_amount",
            "ItemTaxAmount": "tax",
            "Currency": "currency",
        },
    ),
    "fxiaoke invoices": (
        "开票编号,客户名称,开票日期,到期日,开票金额（元）,已回款金额,未回款金额,币种,是否争议,负责人,"
        "销售订单编号,生命状态\n"
        "KP-1,上海远东,2026-03-05,2026-04-04,1000,0,1000,人民币,否,王雨桐,SO-1,正常\n",
        ("fxiaoke", "INVOICES"),
        {
            "开票编号": "invoice_number",
            "客户名称": "client_name",
            "开票日期": "issued_on",
            "到期日": "due_on",
            "开票金额（元）": "amount",
            "已回款金额": "paid_amount",
            "未回款金额": "open_balance",
            "币种": "currency",
            "是否争议": "disputed",
            "负责人": "owner",
            "销售订单编号": "reference",
            "生命状态": "status",
        },
    ),
    "fxiaoke payments": (
        "回款编号,客户名称,销售订单编号,本次回款金额,回款日期,回款方式,备注\n"
        "HK-1,上海远东,SO-1,1000,2026-04-05,银行转账,\n",
        ("fxiaoke", "PAYMENTS"),
        {
            "回款编号": "payment_number",
            "客户名称": "client_name",
            "销售订单编号": "reference",
            "本次回款金额": "amount",
            "回款日期": "settled_on",
            "回款方式": "method",
            "备注": "description",
        },
    ),
    "bilingual": (
        "客户名称 Customer,发票号码 Invoice No.,开票日期 Date,金额 Amount,余额 Balance\n"
        "上海远东,FP-1,2026-01-05,100,100\n",
        ("generic", "INVOICES"),
        {
            "客户名称 Customer": "client_name",
            "发票号码 Invoice No.": "invoice_number",
            "开票日期 Date": "issued_on",
            "金额 Amount": "amount",
            "余额 Balance": "open_balance",
        },
    ),
    "plain": (
        "Client,No,Date,Due,Total,Ccy,Paid on\nAcme,1,2026-01-05,2026-02-04,100,EUR,\n",
        ("generic", "INVOICES"),
        {
            "Client": "client_name",
            "No": "invoice_number",
            "Date": "issued_on",
            "Due": "due_on",
            "Total": "amount",
            "Ccy": "currency",
            "Paid on": "settled_on",
        },
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_columns_of_known_exports_need_no_mapping_by_hand(shape: str) -> None:
    text, (source, kind), columns = SHAPES[shape]
    mapping, by_heading = guessed(text)
    assert by_heading == columns
    assert (mapping.source, mapping.kind, mapping.missing) == (source, kind, ())


def test_a_heading_does_not_win_against_the_values_under_it() -> None:
    _mapping, by_heading = guessed(
        "Customer,Invoice,Date,Amount,Due\nAcme,1,2026-01-05,100,yes\nBolt,2,2026-01-06,50,no\n"
    )
    assert "Due" not in by_heading


def test_values_speak_where_the_heading_does_not() -> None:
    _mapping, by_heading = guessed(
        "Customer,Invoice,Päivä,Erä,Amount,Valuutta\n"
        "Acme,1,2026-01-05,2026-02-05,100,EUR\nBolt,2,2026-01-06,2026-02-06,50,USD\n"
    )
    assert by_heading["Päivä"] == "issued_on"
    assert by_heading["Erä"] == "due_on"
    assert by_heading["Valuutta"] == "currency"


def test_an_empty_column_gives_way_to_a_filled_one_of_the_same_meaning() -> None:
    _mapping, by_heading = guessed(
        "Invoice No,Customer Name,Client,Date,Amount\n1,,Acme,2026-01-05,100\n"
    )
    assert by_heading["Client"] == "client_name"
    assert "Customer Name" not in by_heading


def test_a_mapping_file_names_what_is_wrong_with_it() -> None:
    labels = ("Kunde", "Nr", "Betrag")
    with pytest.raises(MappingProblem) as caught:
        mapping_from_json(
            {"columns": {"Kunde": "client_name", "Datum": "issued_on", "Nr": "colour"}}, labels
        )
    assert [str(f.code) for f in caught.value.findings] == ["unknown_column", "unknown_target"]
    with pytest.raises(MappingProblem) as caught:
        mapping_from_json({"columns": {"Kunde": "amount", "Betrag": "amount"}}, labels)
    assert caught.value.findings[0].column == "Betrag"


def test_a_mapping_survives_being_kept() -> None:
    text, _source, _columns = SHAPES["xero export"]
    table = Table(io.BytesIO(text.encode()))
    mapping = guess_mapping(table.labels, table.sample())
    assert mapping_from_json(mapping.as_json(table.labels), table.labels) == mapping


def test_headings_are_compared_in_one_spelling() -> None:
    assert normal_header("*InvoiceAmountDue") == normal_header("INVOICE_AMOUNT_DUE")
    assert normal_header("金额（元）") == "金额"
    assert labels_of(["a", "", "a"]) == ("a", "(B)", "a (2)")
    assert header_signature(["Due Date", "Total"]) == header_signature(["TOTAL", "due_date"])
    assert header_signature(["Due Date"]) != header_signature(["Due Date", "Total"])


def test_what_is_missing_is_named() -> None:
    mapping, _by_heading = guessed("Customer,Amount,Colour\nAcme,100,red\n")
    assert mapping.missing == (
        frozenset({Target.INVOICE_NUMBER}),
        frozenset({Target.ISSUED_ON}),
    )
