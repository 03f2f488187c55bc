"""What the acquisitions room does when it has news itself, or other rooms have."""

from xinglin.acquisitions import services
from xinglin.acquisitions.events import IssueClaimed, SuggestionArrived, SuggestionDecided
from xinglin.acquisitions.models import Suggestion
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased


@listens_to(SuggestionDecided)
def tell_askers_what_was_decided(event: SuggestionDecided) -> None:
    """Tell each asker the decision with its reason."""
    suggestion = Suggestion.objects.get(pk=event.suggestion_id)
    services.tell_of_decision(suggestion=suggestion, turn=event.turn)


@listens_to(SuggestionArrived)
def tell_askers_that_it_came(event: SuggestionArrived) -> None:
    """Tell everyone who asked, and place the first asker's hold."""
    services.tell_of_arrival(suggestion=Suggestion.objects.get(pk=event.suggestion_id))


@listens_to(IssueClaimed)
def mail_the_claim(event: IssueClaimed) -> None:
    """Mail the letter to the vendor; a server that does not answer is tried again."""
    services.mail_claim(claim_id=event.claim_id)


@listens_to(PatronErased)
def forget_who_was_erased(event: PatronErased) -> None:
    """Part an erased reader's wishes from the person."""
    services.forget_reader(patron_id=event.patron_id)
