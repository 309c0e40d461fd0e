"""Routes of this room. The page of one invoice joins the rooms: see workspace.urls."""

from django.urls import URLPattern, path

from payments.views import (
    agreements,
    billing,
    documents,
    entries,
    invoices,
    prepayments,
    rates,
    receipts,
)

app_name = "payments"
urlpatterns: list[URLPattern] = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("clients/<int:pk>/invoice/", documents.invoice_new, name="invoice_new"),
    path("invoices/<int:pk>/credit/", documents.credit_note_new, name="credit_note_new"),
    path("credit-notes/<int:pk>/", documents.credit_note, name="credit_note"),
    path(
        "credit-notes/<int:pk>/allocate/",
        documents.credit_note_allocate,
        name="credit_note_allocate",
    ),
    path("entries/", entries.entries, name="entries"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/new/", receipts.receipt_new, name="receipt_new"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("receipts/<int:pk>/allocate/", receipts.receipt_allocate, name="allocate"),
    path("receipts/<int:pk>/refund/", receipts.receipt_refund, name="receipt_refund"),
    path("allocations/<int:pk>/reverse/", receipts.allocation_reverse, name="allocation_reverse"),
    path("clients/<int:pk>/promise/", agreements.promise_new, name="promise_new"),
    path("promises/<int:pk>/withdraw/", agreements.promise_withdraw, name="promise_withdraw"),
    path("clients/<int:pk>/plan/", agreements.plan_new, name="plan_new"),
    path("plans/<int:pk>/", agreements.plan, name="plan"),
    path("plans/<int:pk>/end/", agreements.plan_end, name="plan_end"),
    path("rates/", rates.rates, name="rates"),
    path("prepayments/", prepayments.prepayments, name="prepayments"),
    path("prepayments/<int:pk>/", prepayments.prepayment, name="prepayment"),
    path(
        "prepayments/<int:pk>/statement/<str:language>/",
        prepayments.prepayment_pdf,
        name="prepayment_pdf",
    ),
    path(
        "prepayments/<int:pk>/request/",
        prepayments.prepayment_document,
        name="prepayment_document",
    ),
    path("prepayments/<int:pk>/print/", prepayments.prepayment_print, name="prepayment_print"),
    path(
        "prepayments/<int:pk>/receive/", prepayments.prepayment_receive, name="prepayment_receive"
    ),
    path(
        "prepayments/<int:pk>/release/", prepayments.prepayment_release, name="prepayment_release"
    ),
    path("prepayments/<int:pk>/end/", prepayments.prepayment_end, name="prepayment_end"),
    path("releases/<int:pk>/", prepayments.release, name="release"),
    path("releases/<int:pk>/paid/", prepayments.release_extra, name="release_extra"),
    path("contracts/<int:pk>/prepayment/", prepayments.prepayment_new, name="prepayment_new"),
    path("schedule/<int:pk>/invoice/", billing.entry_invoice, name="entry_invoice"),
    path("schedule/", billing.proposals, name="proposals"),
    path("numbering/", billing.numbering, name="numbering"),
    path("numbering/<int:pk>/", billing.numbering_edit, name="numbering_edit"),
]
