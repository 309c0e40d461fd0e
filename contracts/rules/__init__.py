"""Rules of contracts: plain values in, plain values out."""
