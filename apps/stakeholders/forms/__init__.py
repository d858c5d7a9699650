"""Text becomes values: the forms of people, audiences, subscriptions, share links and reviews."""
