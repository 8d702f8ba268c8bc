"""What an account learns from a sign-in: the plan is matching's, the rows are made here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from functions.verify.judgement import Judgement
from matching import MODEL_ID, PIPELINE_ID, Quality, pack_descriptor
from matching.templates import TemplateUpdate, plan_update
from service.ids import new_ulid
from service.patience import DAY_S
from service.repositories.rows import Learned, Profile, Template
from service.repositories.template_changes import TemplateChanges
from service.sealing import seal_descriptor, seal_quality
from service.vault import DataKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """An accepted sign-in.

    Attributes:
        profile: of the account, as it was read.
        templates: its templates, as they were read.
        asked_for: ids that were read; the challenge named them.
        device: thumbprint of the device.
        device_was_known: whether the account knew it before, and nothing but the face let in: what leans on
            the mailbox each time teaches nothing.
        sign_in: id of the log's entry.
        life_days: how long what is learned is kept.
        now: seconds since the epoch.
    """

    profile: Profile
    templates: Sequence[Template]
    asked_for: frozenset[str]
    device: str
    device_was_known: bool
    sign_in: str
    life_days: int
    now: float


def learn(judgement: Judgement, *, lesson: Lesson, key: DataKey) -> TemplateChanges | None:
    """Work out what an accepted sign-in changes of the account's templates.

    Args:
        judgement: of the sign-in.
        lesson: what else is known of it.
        key: the account's.

    Returns:
        The changes; None when there are none, when the account's owner refuses learning, and when a template
        came since the challenge was issued, which the plan would not know of.
    """
    evidence, profile, templates = judgement.evidence, lesson.profile, lesson.templates
    if (
        profile.learning == "refused"
        or not lesson.device_was_known
        or not profile.adaptive <= lesson.asked_for
    ):
        return None
    # The mean of the frames, within .012 of the mean of their directions that is compared.
    probe = evidence.descriptors.mean(axis=0)
    update = plan_update(
        probe=probe,
        quality=evidence.quality,
        templates=judgement.stored,
        admissions_days_ago=np.array([(lesson.now - at) / DAY_S for at in sorted(profile.learned_at)]),
        accepted=judgement.decision.accepted,
        device_was_known=lesson.device_was_known,
    )
    new = None
    if update.admission.admitted:
        new = _new_template(probe, quality=evidence.quality, lesson=lesson, key=key)
    corroborated = tuple(_corroborated(update, templates, now=int(lesson.now)))
    stays = {template.id for template in compress(templates, ~(update.expired | update.evicted))}
    adaptive = (profile.adaptive & stays) | ({new.id} if new is not None else frozenset())
    gone = profile.adaptive - stays
    if new is None and not corroborated and not gone:
        return None
    return TemplateChanges(
        new=new,
        corroborated=corroborated,
        gone=gone,
        adaptive=adaptive,
        learned_at=_learned_at(profile, now=lesson.now, learns=new is not None),
    )


def _new_template(
    probe: NDArray[np.float64], *, quality: Sequence[Quality], lesson: Lesson, key: DataKey
) -> Template:
    template_id, now = new_ulid(lesson.now), int(lesson.now)
    # Model and pipeline are those of every probe accepted.
    descriptor = pack_descriptor(probe)
    return Template(
        id=template_id,
        model=MODEL_ID,
        pipeline=PIPELINE_ID,
        sealed_descriptor=seal_descriptor(
            key, descriptor, template_id=template_id, model=MODEL_ID, kind="adaptive"
        ),
        sealed_quality=seal_quality(key, _mean_quality(quality), template_id=template_id, model=MODEL_ID),
        source_device=lesson.device,
        created_at=now,
        learned=Learned(sign_in=lesson.sign_in, expires_at=now + lesson.life_days * DAY_S),
    )


def _mean_quality(quality: Sequence[Quality]) -> dict[str, float]:
    return {
        one.name: float(np.mean([getattr(measured, one.name) for measured in quality]))
        for one in fields(Quality)
    }


def _corroborated(update: TemplateUpdate, templates: Sequence[Template], *, now: int) -> Iterator[Template]:
    for template, borne_out, leaves in zip(templates, update.corroborated, update.promoted, strict=True):
        if borne_out and template.learned is not None:
            learned = replace(
                template.learned,
                state="active" if leaves else "quarantined",
                corroborations=template.learned.corroborations + 1,
                corroborated_at=now,
            )
            yield replace(template, learned=learned)


def _learned_at(profile: Profile, *, now: float, learns: bool) -> frozenset[int]:
    return profile.lately_learned_at(now) | ({int(now)} if learns else frozenset())
