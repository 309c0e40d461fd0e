"""The rules of asking: plain Python on plain values, no Django, no clock.

decisions  whether an invoice is reminded of, at which level, and why or why not
hours      when a message may leave, in the client's own time
"""
