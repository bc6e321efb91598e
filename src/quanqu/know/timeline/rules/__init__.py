"""Pure decisions of the timeline: reading bodies, time, personal data, the plan, facts."""
