"""PDFs: HTML in, bytes out, made in a locked-down child process.

`core.pdf.service` is what the rooms call (`render_pdf`, `merge_pdfs`, `count_pages`). The
child (`core.pdf.child`) is the only place that imports weasyprint and pypdf: it has no
settings, no secrets, no network, its own fonts, and limits on memory, time and output.

This module stays empty so that the child starts without Django.
"""
