"""Pure decisions of the screens: figures in words, periods, colours, small drawings."""
