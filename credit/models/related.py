"""Clients that may belong together: what they have in common, and what a person decided."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.models import User
from credit.states import RelatedSign, RelatedState


class RelatedKeyQuerySet(models.QuerySet["RelatedKey"]):
    """Keys of facts."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class RelatedKey(models.Model):
    """A fact of a client as it is compared (`credit.rules.related`), and as it is written.

    Derived: made anew whenever the client changes. `is_own` marks a client's own name among the
    names that paid; two of those are no payment.
    """

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="related_keys", db_index=False
    )
    sign = models.CharField(max_length=24, choices=RelatedSign)
    key = models.CharField(max_length=400)
    shown = models.CharField(max_length=400)
    is_own = models.BooleanField(default=False)

    objects = RelatedKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("compared fact")
        ordering = ("client", "sign", "key")
        constraints = (
            models.UniqueConstraint(fields=["client", "sign", "key"], name="related_key_once"),
            models.CheckConstraint(condition=~Q(key=""), name="related_key_given"),
        )
        indexes = (
            # Names are asked for by their trigrams only: no other index holds them by their key.
            models.Index(
                fields=["sign", "key", "client"],
                name="related_key_same",
                condition=~Q(sign=RelatedSign.NAME),
            ),
            GinIndex(
                fields=["key"],
                name="related_key_alike",
                opclasses=["gin_trgm_ops"],
                fastupdate=False,  # read right after it is written: no list of what is to come
                condition=Q(sign=RelatedSign.NAME),
            ),
            HashIndex(
                Func("key", function="show_trgm", output_field=ArrayField(TextField())),
                name="related_key_twin",
                condition=Q(sign=RelatedSign.NAME),
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.sign}: {self.key}"


class RelatedLook(models.Model):
    """A client that changed and is to be compared again. Written by triggers, taken by a task."""

    # No foreign key: a client may be gone before anybody looks.
    client_key = models.BigIntegerField()

    class Meta:
        verbose_name = _("client to compare")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.client_key}"


class RelatedPairQuerySet(models.QuerySet["RelatedPair"]):
    """Pairs of clients."""

    def visible_to(self, user: User) -> Self:
        """Pairs one side of which this user may see; of the other side see `sides_for`."""
        if user.sees_all_clients:
            return self
        return self.filter(Q(left__owner=user) | Q(right__owner=user))

    def of(self, client: Client) -> Self:
        """Pairs with this client."""
        return self.filter(Q(left=client) | Q(right=client))


class RelatedPair(models.Model):
    """Two clients that may belong together; the one with the smaller key is left.

    `signs` is what they have in common now, `points` what it amounts to. `known` are the signs
    that were there when a person dismissed it: only another one brings it back.
    """

    left = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    right = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=RelatedState)
    signs = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField(_("points"))
    known = models.JSONField(default=list)
    found_at = models.DateTimeField(_("found"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RelatedPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("related clients")
        verbose_name_plural = _("related clients")
        ordering = ("-points", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["left", "right"], name="related_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="related_pair_ordered"),
            models.CheckConstraint(
                condition=Q(state__in=RelatedState.values), name="related_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "WITHDRAWN"])
                | (~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="related_decided_whole",
            ),
        )
        indexes = (
            models.Index(fields=["right", "left"], name="related_pair_right"),
            models.Index(fields=["state", "-points", "-id"], name="related_pair_state"),
        )

    def __str__(self) -> str:
        return f"{self.left_id}–{self.right_id} {self.state}"

    def other_than(self, client_id: int) -> Client:
        """The other side."""
        return self.right if self.left_id == client_id else self.left


class RelatedTransition(models.Model):
    """One change of state of a pair: who, when, why, and what they had in common. Append-only."""

    pair = models.ForeignKey(RelatedPair, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=RelatedState, blank=True)
    to_state = models.CharField(max_length=10, choices=RelatedState)
    signs = models.JSONField(default=list)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("transition of related clients")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
