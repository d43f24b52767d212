"""Plain functions of plain values: identity numbers, phones, masks, pinyin, lunar days, the layout of an extract."""
