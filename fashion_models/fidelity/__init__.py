"""How true a shot is: colour, print, tone, body, coverage."""
