"""Two Chinese letters anywhere in a name: by the pieces of names against LIKE, in the same database."""

from customers.models import Customer
from tests.bench.sides import by_hand, in_turn, run

TEXTS = 10


def texts():
    """Two letters from the middle or the end of names, of customers spread over the bank."""
    # Names of more than three letters are mostly those of firms; the pieces in the middle of them are looked for too.
    found = run(
        "SELECT DISTINCT ON (place) substr(name, 2, 2) FROM (SELECT name, ntile("
        f"{TEXTS}) OVER (ORDER BY customer_no) AS place FROM customers_customer"
        " WHERE name ~ '^[一-龥]{3,}$') AS named ORDER BY place, md5(name)"
    )
    return [text for (text,) in found]


def compare(repeats):
    """({name: seconds}, do they find the same) of `texts` as pages look for them, as one statement, and by LIKE."""
    wanted = texts()

    def like(text):
        return by_hand("search_like", text=text)

    def grams(text):
        return by_hand("search_grams", text=text)

    def page(text):
        return list(Customer.objects.search(text).values_list("pk", "customer_no", "name").order_by("customer_no")[:50])

    found = in_turn(
        {
            "page": lambda: [page(text) for text in wanted] and None,
            "grams": lambda: [run(grams(text)) for text in wanted] and None,
            "like": lambda: [run(like(text)) for text in wanted] and None,
        },
        repeats,
    )
    same = all(page(text) == run(grams(text)) == run(like(text)) for text in wanted)
    return {name: seconds / len(wanted) for name, seconds in found.items()}, same
