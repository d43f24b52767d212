"""Branches, the people who work in them, who stands in for whom, and what each did."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from staff.choices import BranchLevel, Market, Role, Theme
from staff.querysets import BranchQuerySet, CoverQuerySet, UserQuerySet


class Branch(models.Model):
    """A branch (机构): head office, branch, sub-branch or outlet, in a tree."""

    code = models.CharField(_("branch code"), max_length=32, unique=True)
    name = models.CharField(_("branch name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent branch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    level = models.CharField(_("level"), max_length=16, choices=BranchLevel, default=BranchLevel.SUB_BRANCH)
    market = models.CharField(_("market"), max_length=16, choices=Market, blank=True, default="")
    # Codes from the top down to this branch, "/B00/B01/D001/": one prefix test finds a whole subtree.
    path = models.CharField(_("path"), max_length=400, editable=False, default="")

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["path", "code"]
        indexes = [models.Index(fields=["path"], name="branch_path_prefix", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="branch_not_its_own_parent",
                violation_error_message=_("A branch cannot stand above itself."),
            ),
        ]

    def __str__(self):
        return self.name

    @cached_property
    def subtree(self):
        """Keys of this branch and of all below it.

        Rows of a branch are asked for by them, one by one: only then does the planner know how few a sub-branch has.
        """
        return list(Branch.objects.below(self).values_list("pk", flat=True))

    def among(self, branches):
        """This branch, its `subtree` taken from `branches` (all that are below among them) instead of asked for."""
        self.subtree = [branch.pk for branch in branches if branch.path.startswith(self.path)]
        return self


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes people; `create_superuser` makes an administrator."""

    def create_user(self, staff_no, password=None, **fields):
        """A new person who may sign in with `password` (none: cannot sign in until one is set)."""
        user = self.model(staff_no=staff_no, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, staff_no, password=None, **fields):
        """An administrator: rules and staff, no customer's personal data."""
        fields.setdefault("role", Role.ADMIN)
        return self.create_user(staff_no, password, **fields)

    def get_by_natural_key(self, staff_no):
        """Staff numbers are typed by people: case does not matter."""
        return self.get(staff_no__iexact=staff_no)


class User(AbstractBaseUser):
    """A member of staff (员工) who signs in with the staff number."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff_no = models.CharField(_("staff number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.MANAGER)
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("colours"), max_length=8, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS = ["name"]

    # The bank day of the request in hand, set by WorkdayMiddleware; None outside a request: covers do not count then.
    on = None
    _covered = None
    # Keys of the branches below, where the person was fetched with them (`UserQuerySet.with_scope`).
    below = None

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["staff_no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.ADMIN, Role.AUDITOR]) | Q(branch__isnull=False),
                name="user_manager_and_head_have_a_branch",
                violation_error_message=_("Choose the branch this person works in."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_staff(self):
        """May open Django admin: administrators who work here."""
        return self.role == Role.ADMIN and self.is_active and self.left_on is None

    def has_perm(self, perm, obj=None):
        """Administrators may change what is registered in admin: rules and staff, never customers' data."""
        return self.is_staff

    def has_module_perms(self, app_label):
        """As `has_perm`, for a whole room."""
        return self.is_staff

    def covered(self):
        """Keys of the colleagues this person stands in for on the day `on`, asked once a request; [] without a day."""
        if self.on is None:
            return []
        if self._covered is None or self._covered[0] != self.on:
            self._covered = (self.on, list(self.covers.active(on=self.on).values_list("absent_id", flat=True)))
        return self._covered[1]

    def branches(self):
        """Keys of the own branch and of all below it (`Branch.subtree`), asked once a request; [] without a branch."""
        if not self.branch_id:
            return []
        if self.below is not None:
            self.branch.subtree = self.below
        return self.branch.subtree

    @property
    def can_see_customers(self):
        """Everybody but administrators."""
        return self.role in {Role.MANAGER, Role.HEAD, Role.AUDITOR}

    @property
    def can_write(self):
        """Managers and heads act on customers; auditors only read."""
        return self.role in {Role.MANAGER, Role.HEAD}


class Cover(models.Model):
    """One person stands in for another from a day to a day (代班)."""

    absent = models.ForeignKey(User, verbose_name=_("absent"), on_delete=models.PROTECT, related_name="covered_by")
    substitute = models.ForeignKey(User, verbose_name=_("stands in"), on_delete=models.PROTECT, related_name="covers")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="cover_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")),
                name="cover_by_somebody_else",
                violation_error_message=_("Nobody can stand in for themselves."),
            ),
        ]

    def __str__(self):
        return f"{self.substitute} ⇢ {self.absent}"


class AuditEvent(models.Model):
    """What a person did (审计日志): who, when, which verb, on what, how. Never changed, never deleted."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        User, verbose_name=_("who"), null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    verb = models.CharField(_("what"), max_length=60, db_index=True)
    subject_kind = models.CharField(_("kind of subject"), max_length=40, blank=True, default="")
    subject_id = models.CharField(_("subject"), max_length=64, blank=True, default="")
    summary = models.CharField(_("summary"), max_length=300, blank=True, default="")
    particulars = models.JSONField(_("particulars"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
