"""`voiceguide check`: is the content good to hear, and does all it asks her to say mean something?"""
