"""When a place delivers and has goods collected: slots that never hold more than they can."""
