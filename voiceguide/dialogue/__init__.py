"""What happens when she says 好了. Pure: `dialogue` decides, respond(state, event) -> (state, actions).

The rest serves it.
"""
