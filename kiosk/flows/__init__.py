"""Who decides. Each flow is a pure `step(state, event) -> (state, effects)`; the rules stand at the top of its file.

`desk` is the root: it keeps what lies on the pad, who is in front of the screen and what is alive, and lets
`session` run one task at a time (`checkout`, `checkin`, `account`). `screens` turns a state into a view.
"""
