"""People: the crews of the stations (KPPS), the operators of a kecamatan (PPK) and its pleno."""
