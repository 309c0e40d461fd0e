"""How a file of somebody else's making is read: plain values, no database, no clock."""
