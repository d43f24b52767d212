"""Codes of the customer file: the extract's English codes with the words people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Individual (对私) or organisation (对公)."""

    INDIVIDUAL = "individual", _("Individual")
    ORGANIZATION = "organization", _("Organisation")


class CustomerState(models.TextChoices):
    """Where the relationship stands (S1.2, S1.11): dormant and ended ones stay on file and can be found."""

    ACTIVE = "active", pgettext_lazy("relationship", "Active")
    DORMANT = "dormant", _("Dormant")
    ENDED = "ended", _("Relationship ended")


class CustomerSource(models.TextChoices):
    """How the customer was found (S0.10, S1.4)."""

    WALK_IN = "walk_in", _("Came in by themselves")
    ACQUAINTANCE = "acquaintance", _("Acquaintance")
    INTRODUCTION = "introduction", _("Introduction")
    DIRECT = "direct", _("Direct approach")
    ATTRACTION = "attraction", _("Attracted by an event or advertisement")


class Gender(models.TextChoices):
    """As on the identity document."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Occupation(models.TextChoices):
    """Occupations of the scoring sheet (S2.3)."""

    BUSINESS_OWNER = "business_owner", _("Business owner")
    EXECUTIVE = "executive", _("Executive")
    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    TECHNICIAN = "technician", _("Technician")
    SALES = "sales", _("Sales")
    CLERK = "clerk", _("Clerk")
    HOMEMAKER = "homemaker", _("Homemaker")
    FACTORY_WORKER = "factory_worker", _("Factory worker")
    OTHER = "other", _("Other occupation")


class MaritalStatus(models.TextChoices):
    """Marriage; with children it gives the sheet's family criterion."""

    MARRIED = "married", _("Married")
    SINGLE = "single", _("Single")
    DIVORCED = "divorced", _("Divorced")
    WIDOWED = "widowed", _("Widowed")


class Education(models.TextChoices):
    """Education (S2.3)."""

    POSTGRADUATE = "postgraduate", _("Postgraduate")
    BACHELOR = "bachelor", _("Bachelor")
    JUNIOR_COLLEGE = "junior_college", _("Junior college")
    BELOW_COLLEGE = "below_college", _("Below college")


class EaseOfContact(models.TextChoices):
    """How easily we reach the customer (S2.3)."""

    VERY_EASY = "very_easy", _("Very easy")
    EASY = "easy", _("Easy")
    HARD = "hard", _("Hard")
    VERY_HARD = "very_hard", _("Very hard")


class Influence(models.TextChoices):
    """How much others follow the customer (S2.3)."""

    GREAT = "great", _("Great influence")
    CONSIDERABLE = "considerable", _("Considerable influence")
    SOME = "some", _("Some influence")
    NONE = "none", _("No influence")


class IdType(models.TextChoices):
    """Documents that prove who somebody is."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit (Hong Kong, Macao, Taiwan)")
    CREDIT_CODE = "credit_code", _("Unified social credit code")
    OTHER = "other", _("Other document")


class Category(models.TextChoices):
    """Product categories of the core system."""

    DEMAND_DEPOSIT = "demand_deposit", _("Demand deposit")
    TIME_DEPOSIT = "time_deposit", _("Time deposit")
    WEALTH = "wealth", _("Wealth product")
    FUND = "fund", _("Fund")
    INSURANCE = "insurance", _("Insurance")
    BOND = "bond", _("Bond")
    METAL = "metal", _("Precious metal")
    LOAN = "loan", _("Loan")
    MORTGAGE = "mortgage", _("Mortgage")
    CARD = "card", _("Card")
    PAYMENT = "payment", _("Payment service")
    OTHER = "other", _("Other product")


# What counts as the customer's assets with us (S4.10 bands); the rest is borrowing or a service.
ASSET_CATEGORIES = (
    Category.DEMAND_DEPOSIT,
    Category.TIME_DEPOSIT,
    Category.WEALTH,
    Category.FUND,
    Category.INSURANCE,
    Category.BOND,
    Category.METAL,
)
LOAN_CATEGORIES = (Category.LOAN, Category.MORTGAGE)


class Dimension(models.TextChoices):
    """The four dimensions of needs (S0.9)."""

    SAVINGS = "savings", _("Savings")
    INVESTMENT = "investment", _("Investment")
    WEALTH = "wealth", _("Wealth management")
    CONSUMPTION = "consumption", _("Consumption")


class HoldingStatus(models.TextChoices):
    """A holding is open or closed."""

    OPEN = "open", pgettext_lazy("holding", "Open")
    CLOSED = "closed", pgettext_lazy("holding", "Closed")


class Direction(models.TextChoices):
    """Money in or out."""

    IN = "in", _("In")
    OUT = "out", _("Out")


class RelationKind(models.TextChoices):
    """What the related customer is to the customer; what each is from the other side stands in rules/relations.py."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Sibling")
    GRANDPARENT = "grandparent", _("Grandparent")
    GRANDCHILD = "grandchild", _("Grandchild")
    RELATIVE = "relative", _("Other relative")
    OWNER = "owner", _("Owner")
    OWNED_COMPANY = "owned_company", _("Owns it")
    ACTUAL_CONTROLLER = "actual_controller", _("Actual controller")
    CONTROLLED_COMPANY = "controlled_company", _("Controls it")
    SHAREHOLDER = "shareholder", _("Shareholder")
    INVESTED_COMPANY = "invested_company", _("Holds shares of it")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    REPRESENTED_COMPANY = "represented_company", _("Legally represents it")
    FINANCE_HEAD = "finance_head", _("Finance head")
    FINANCED_COMPANY = "financed_company", _("Heads its finance")
    ACCOUNTANT = "accountant", _("Accountant")
    ACCOUNTED_COMPANY = "accounted_company", _("Keeps its books")
    AUTHORISED_USER = "authorised_user", _("Authorised user")
    AUTHORISED_FOR = "authorised_for", _("May use its accounts")
    EMPLOYER = "employer", _("Employer")
    EMPLOYEE = "employee", _("Employee")
    PARENT_COMPANY = "parent_company", _("Parent company")
    SUBSIDIARY = "subsidiary", _("Subsidiary")
    SISTER_COMPANY = "sister_company", _("Sister company")
    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buys from it")
    PARTNER = "partner", _("Business partner")
    GUARANTOR = "guarantor", _("Guarantor")
    GUARANTEED = "guaranteed", _("Guaranteed by this customer")
    INTRODUCER = "introducer", _("Introducer")
    INTRODUCED = "introduced", _("Introduced by this customer")
    FRIEND = "friend", _("Friend")
    COLLEAGUE = "colleague", _("Colleague at work")
    CLASSMATE = "classmate", _("Classmate")
    OTHER = "other", _("Other relation")


class Channel(models.TextChoices):
    """Ways to reach a customer (S3.7)."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("Text message")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit at their place")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


class NeedStatus(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", _("Open need")
    MET = "met", _("Met")
    DROPPED = "dropped", _("Dropped")


class ImportState(models.TextChoices):
    """Where a load of an extract stands."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class IssueLevel(models.TextChoices):
    """A rejected row, a row taken with a value left unknown, or a row that an undo had to leave."""

    REJECTED = "rejected", _("Rejected")
    WARNING = "warning", _("Warning")
    LEFT = "left", _("Left as it is")


class AssetClass(models.TextChoices):
    """What a model allocation is made of (S3.9)."""

    CASH = "cash", _("Cash")
    FIXED_INCOME = "fixed_income", _("Fixed income")
    EQUITY = "equity", _("Equity and mixed")
    INSURANCE = "insurance", _("Insurance")
    ALTERNATIVE = "alternative", _("Metal and alternatives")


class OutsideSource(models.TextChoices):
    """How we know what a customer has at another bank."""

    CUSTOMER = "customer", _("The customer said so")
    FAMILY = "family", _("Family or friends said so")
    STATEMENT = "statement", _("Seen on a statement")
    TRANSFER = "transfer", _("Concluded from transfers")
    COLLEAGUE = "colleague", _("A colleague said so")
    GUESS = "guess", _("Our estimate")


class OutsideEnd(models.TextChoices):
    """What became of money at another bank that is not there any more."""

    WON = "won", _("Came to us")
    SPENT = "spent", _("Spent or paid back")
    MOVED = "moved", _("Went to yet another bank")
    WRONG = "wrong", _("Was never so")


class NeedDriver(models.TextChoices):
    """What drives a need (S0.9), and for organisations the needs of the cash cycle (S0.12)."""

    HABIT = "habit", _("Habit")
    NEARNESS = "nearness", _("Nearness")
    PRICE = "price", _("Price")
    TRUST = "trust", _("Trust")
    GROWTH = "growth", _("Growth of wealth")
    RETURN = "return", _("Return")
    WEALTH_HABIT = "wealth_habit", _("Wealth habit")
    EDUCATION = "education", _("Children's education")
    RETIREMENT = "retirement", _("Old age")
    PROTECTION = "protection", _("Protection of the family")
    SPREADING = "spreading", _("Spreading of risk")
    FUNCTION = "function", _("Function")
    CONVENIENCE = "convenience", _("Convenience")
    BRANCH = "branch", _("The branch")
    E_CHANNELS = "e_channels", _("Electronic channels")
    SAFETY = "safety", _("Safety of payments")
    HOME = "home", _("Home and decoration")
    PAYMENT_COST = "payment_cost", _("Purchasing: lower cost of payment")
    DELAY_OUTFLOW = "delay_outflow", _("Purchasing: paying later")
    FASTER_COLLECTION = "faster_collection", _("Sales: faster collection")
    CHEAPER_FINANCE = "cheaper_finance", _("Financing: cheaper")
    QUICKER_FINANCE = "quicker_finance", _("Financing: quicker")
    IDLE_MONEY = "idle_money", _("Cash management: idle money")
    OWNER_WEALTH = "owner_wealth", _("Cash management: the owner's wealth")


# The drivers that are offered first for a dimension; the cash cycle runs across all of them.
DRIVERS = {
    Dimension.SAVINGS: (NeedDriver.HABIT, NeedDriver.NEARNESS, NeedDriver.PRICE, NeedDriver.TRUST),
    Dimension.INVESTMENT: (NeedDriver.GROWTH, NeedDriver.RETURN, NeedDriver.SPREADING, NeedDriver.WEALTH_HABIT),
    Dimension.WEALTH: (NeedDriver.EDUCATION, NeedDriver.RETIREMENT, NeedDriver.PROTECTION),
    Dimension.CONSUMPTION: (
        *(NeedDriver.FUNCTION, NeedDriver.CONVENIENCE, NeedDriver.BRANCH, NeedDriver.E_CHANNELS),
        *(NeedDriver.SAFETY, NeedDriver.HOME),
    ),
}
CASH_CYCLE = {
    "purchasing": (NeedDriver.PAYMENT_COST, NeedDriver.DELAY_OUTFLOW),
    "sales": (NeedDriver.FASTER_COLLECTION,),
    "financing": (NeedDriver.CHEAPER_FINANCE, NeedDriver.QUICKER_FINANCE),
    "cash": (NeedDriver.IDLE_MONEY, NeedDriver.OWNER_WEALTH),
}


class QuestionPart(models.TextChoices):
    """The four parts of discovering a need (S0.20), in the order of the talk."""

    REALITY = "reality", _("Reality")
    TROUBLE = "trouble", _("Trouble")
    IDEAL = "ideal", _("Ideal")
    DESIRE = "desire", _("Desire")


class IncomeStructure(models.TextChoices):
    """Where an individual's income comes from, and how evenly (S0.10)."""

    STABLE = "stable", _("Steady pay")
    CYCLICAL = "cyclical", _("Comes in cycles")
    ASSETS = "assets", _("From assets")
    FREE = "free", _("Free-lance")


class WealthHabit(models.TextChoices):
    """What somebody does with money that is left over (S0.10)."""

    UNAWARE = "unaware", _("Gives it no thought")
    PRESERVING = "preserving", _("Keeps it safe")
    INVESTING = "investing", _("Invests")
    PREFERENCE = "preference", _("Has favourites of their own")


class ValueType(models.TextChoices):
    """What the manager thinks a customer brings and will bring (S0.10)."""

    HIGH_VALUE = "high_value", _("High value")
    POTENTIAL = "potential", _("Potential")
    ORDINARY = "ordinary", pgettext_lazy("customer", "Ordinary")


class Housing(models.TextChoices):
    """In what home somebody lives (S3.5)."""

    OWNED = "owned", _("Own, paid off")
    MORTGAGED = "mortgaged", _("Own, with a mortgage")
    RENTED = "rented", _("Rented")
    FAMILY = "family", _("With family")
    EMPLOYER = "employer", _("From the employer")


class HousingWish(models.TextChoices):
    """What somebody wants of their housing (S3.5)."""

    NONE = "none", _("No plans")
    FIRST_HOME = "first_home", _("First home")
    BIGGER = "bigger", _("Bigger or better home")
    SCHOOL = "school", _("Home near a school")
    SECOND = "second", _("Another home to let or invest")
    SELL = "sell", _("Wants to sell")


class BranchDistance(models.TextChoices):
    """How far home or work is from the branch (S3.4)."""

    WALK = "walk", _("On foot (1 km)")
    NEAR = "near", _("Near (5 km)")
    FAR = "far", _("Far (more than 5 km)")


class VisitFrequency(models.TextChoices):
    """How often somebody comes to the branch (S3.5)."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    SELDOM = "seldom", _("Seldom")
    NEVER = "never", pgettext_lazy("visits to the branch", "Never")


class FeeAcceptance(models.TextChoices):
    """How somebody takes fees (S3.5)."""

    ACCEPTS = "accepts", _("Accepts fees")
    EXPLAINED = "explained", _("Accepts them when explained")
    REFUSES = "refuses", _("Will not pay fees")


class BankView(models.TextChoices):
    """What somebody thinks of the bank (S3.5)."""

    RECOMMENDS = "recommends", _("Recommends us")
    CONTENT = "content", pgettext_lazy("view of the bank", "Content")
    NEUTRAL = "neutral", _("Neither content nor not")
    CRITICAL = "critical", _("Critical")
    LEAVING = "leaving", _("Thinks of leaving")


class RiskAppetite(models.TextChoices):
    """How much risk an individual was found to bear (风险承受能力, S3.5); products carry the levels 1 to 5."""

    C1 = "C1", _("C1 conservative")
    C2 = "C2", _("C2 cautious")
    C3 = "C3", _("C3 balanced")
    C4 = "C4", _("C4 growth")
    C5 = "C5", _("C5 venturesome")


class InvestmentExperience(models.TextChoices):
    """For how long somebody has invested (S3.5)."""

    NONE = "none", _("None so far")
    UNDER_1 = "under_1", _("Less than a year")
    FROM_1 = "from_1", _("1 to 3 years")
    FROM_3 = "from_3", _("3 to 5 years")
    FROM_5 = "from_5", _("5 years and more")


class SchoolStage(models.TextChoices):
    """Where the youngest child at school stands (S3.5, S3.8)."""

    PRESCHOOL = "preschool", _("Before school")
    PRIMARY = "primary", _("Primary school")
    MIDDLE = "middle", _("Middle school")
    HIGH = "high", _("High school")
    UNIVERSITY = "university", _("University")
    ABROAD = "abroad", _("Studying abroad")
    FINISHED = "finished", _("Finished")


class ExtraIncome(models.TextChoices):
    """Income beside the monthly one (S3.9)."""

    BONUS = "bonus", _("Year-end bonus")
    RENT = "rent", _("Rent")
    DIVIDEND = "dividend", _("Dividend")
    COMMISSION = "commission", _("Commission")
    OTHER = "other", _("Other income")


class Lifestyle(models.TextChoices):
    """Eight lifestyles (S1.5)."""

    ACTUALISER = "actualiser", _("Actualiser")
    FULFILLED = "fulfilled", _("Fulfilled")
    BELIEVER = "believer", _("Believer")
    ACHIEVER = "achiever", _("Achiever")
    STRIVER = "striver", _("Striver")
    EXPERIENCER = "experiencer", _("Experiencer")
    MAKER = "maker", _("Maker")
    STRUGGLER = "struggler", _("Struggler")


class Segment(models.TextChoices):
    """The market an organisation belongs to (S0.2)."""

    PUBLIC_BODY = "public_body", _("Public body")
    LARGE_MEDIUM = "large_medium", _("Large or medium enterprise")
    SMALL_MICRO = "small_micro", _("Small or micro enterprise")


class TargetType(models.TextChoices):
    """Six types of target organisations (S0.3)."""

    INDUSTRY_CLUSTER = "industry_cluster", _("Cluster of a trade")
    REGIONAL_CLUSTER = "regional_cluster", _("Cluster of a region")
    LOCAL_STRENGTH = "local_strength", _("Local strength")
    OUTWARD = "outward", _("Outward-looking")
    POLICY = "policy", _("Favoured by policy")
    TECHNOLOGY = "technology", _("Technology and patents")


class MarketingLever(models.TextChoices):
    """What winning an organisation turns on (S0.3)."""

    PRODUCT = "product", pgettext_lazy("lever", "Product")
    INFORMATION = "information", pgettext_lazy("lever", "Information")
    SECURITY = "security", pgettext_lazy("lever", "Safety")
    SERVICE = "service", pgettext_lazy("lever", "Service")
    RELATIONSHIP = "relationship", pgettext_lazy("lever", "Relationship")
    RESOURCES = "resources", pgettext_lazy("lever", "Resources")
    POLICY = "policy", pgettext_lazy("lever", "Policy")


class BusinessStage(models.TextChoices):
    """How far a business has come (S0.16)."""

    START_UP = "start_up", _("Start-up")
    GROWTH = "growth", _("Growth")
    MATURE = "mature", _("Mature")
    DECLINE = "decline", _("Decline")
    TURNAROUND = "turnaround", _("Turning round")


class Premises(models.TextChoices):
    """Where a business works (S0.13)."""

    OWNED = "owned", _("Own premises")
    RENTED = "rented", _("Rented premises")
    PARK = "park", _("In an industrial park")


class SettlementTerms(models.TextChoices):
    """How long a business waits for its money (S0.13)."""

    CASH = "cash", _("Cash on delivery")
    DAYS_30 = "days_30", _("Up to 30 days")
    DAYS_60 = "days_60", _("Up to 60 days")
    DAYS_90 = "days_90", _("Up to 90 days")
    LONGER = "longer", _("Longer than 90 days")


class TaxGrade(models.TextChoices):
    """Credit grade of the tax authority (S0.13)."""

    A = "A", _("Tax grade A")
    B = "B", _("Tax grade B")
    M = "M", _("Tax grade M")
    C = "C", _("Tax grade C")
    D = "D", _("Tax grade D")


class PurchasingNeed(models.TextChoices):
    """What a small business may need when it buys (S0.12)."""

    CHEAPER = "cheaper", _("Cheaper payments")
    LATER = "later", _("Paying later")
    TRUST = "trust", _("Trusted by suppliers")


class SalesNeed(models.TextChoices):
    """What a small business may need when it sells (S0.12)."""

    FASTER = "faster", _("Faster collection")
    WAYS = "ways", _("More ways to be paid")
    BUYERS = "buyers", _("Credit for its buyers")


class FinancingNeed(models.TextChoices):
    """What a small business may need when it borrows (S0.12)."""

    CHEAPER = "cheaper", _("Cheaper finance")
    QUICKER = "quicker", _("Quicker finance")
    COLLATERAL = "collateral", _("Less collateral")
    LONGER = "longer", _("Longer terms")


class CashNeed(models.TextChoices):
    """What a small business may need for the money it has (S0.12)."""

    IDLE = "idle", _("Return on idle money")
    POOLING = "pooling", _("Overview of all accounts")
    PAYROLL = "payroll", _("Paying wages")
    OWNER = "owner", _("The owner's own wealth")


class SaidBy(models.TextChoices):
    """Who says that a fact is so."""

    CUSTOMER = "customer", _("The customer")
    FAMILY = "family", _("Family")
    COLLEAGUE = "colleague", _("A colleague")
    INTRODUCER = "introducer", _("The introducer")
    DOCUMENT = "document", _("A document")
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    OBSERVED = "observed", _("Seen by ourselves")
    CORE = "core", _("The core system")


class CustomKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", _("Text")
    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number")
    DATE = "date", pgettext_lazy("kind of field", "Date")
    YESNO = "yesno", _("Yes or no")


class AppliesTo(models.TextChoices):
    """For whom a custom field is asked."""

    INDIVIDUAL = "individual", _("Individuals")
    ORGANIZATION = "organization", _("Organisations")
    BOTH = "both", _("Individuals and organisations")


class FileSection(models.TextChoices):
    """The parts of a customer's file; which of them one has depends on the kind (`customers.rules.file`)."""

    WHO = "who", _("Who")
    WORK = "work", _("Work and income")
    HOME = "home", _("Home and ways")
    PLANS = "plans", _("Plans")
    MONEY = "money", _("Dealing with money")
    BANK = "bank", _("With our bank")
    CHARACTER = "character", _("Character and influences")
    SCALE = "scale", _("Scale")
    MARKET = "market", _("Market and chain")
    TRAITS = "traits", _("Traits")
    CYCLE = "cycle", _("Cash cycle and needs")
    OPERATIONS = "operations", _("Operations")
    DECISIONS = "decisions", _("What moves decisions")
    REACH = "reach", _("How to reach")
    MORE = "more", pgettext_lazy("section", "More")


class HandoverReason(models.TextChoices):
    """Why customers pass to another manager."""

    LEAVING = "leaving", _("The manager leaves the bank")
    TRANSFER = "transfer", _("The manager changes post")
    BALANCE = "balance", _("Balancing the load")
    FIT = "fit", _("Somebody else fits better")
    WISH = "wish", _("The customer's wish")
    OTHER = "other", pgettext_lazy("reason", "Other reason")


class HandoverState(models.TextChoices):
    """Proposed, then accepted, declined or withdrawn."""

    PROPOSED = "proposed", pgettext_lazy("handover", "Proposed")
    ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted")
    DECLINED = "declined", pgettext_lazy("handover", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")


class PairState(models.TextChoices):
    """What was said of two customers who look alike."""

    OPEN = "open", pgettext_lazy("question", "Open")
    NOT_DUPLICATE = "not_duplicate", _("Not a duplicate")


class QuestionState(models.TextChoices):
    """A question about facts is open, or somebody said that they are right."""

    OPEN = "open", pgettext_lazy("question", "Open")
    RIGHT = "right", _("It is right")


class NumberKind(models.TextChoices):
    """Which number to dial (S3.7)."""

    MOBILE = "mobile", _("Mobile")
    OFFICE = "office", pgettext_lazy("telephone", "Office")
    HOME = "home", pgettext_lazy("telephone", "Home")
    OTHER = "other", _("Another number")


class Tongue(models.TextChoices):
    """The language or dialect a customer likes to be spoken to in (S3.7)."""

    MANDARIN = "mandarin", _("Mandarin")
    CANTONESE = "cantonese", _("Cantonese")
    TEOCHEW = "teochew", _("Teochew")
    HAKKA = "hakka", _("Hakka")
    MINNAN = "minnan", _("Southern Min")
    WU = "wu", _("Shanghainese")
    SICHUAN = "sichuan", _("Sichuanese")
    ENGLISH = "english", _("English language")
    SIGN = "sign", _("Sign language")


class Frequency(models.IntegerChoices):
    """How often a customer wishes to hear from us, as days between two contacts; the monthly plan follows (S3.7)."""

    WEEKLY = 7, _("Once a week")
    FORTNIGHTLY = 14, _("Every two weeks")
    MONTHLY = 30, _("Once a month")
    QUARTERLY = 91, _("Once a quarter")
    HALF_YEARLY = 182, _("Twice a year")
    YEARLY = 365, _("Once a year")


class ContactPurpose(models.TextChoices):
    """What a contact is for: the less the customer asked for it, the more must allow it (S3.7, S1.3)."""

    SERVICE = "service", _("Service they are owed")
    CARE = "care", _("Greeting and care")
    MARKETING = "marketing", _("Offer or proposal")
    CAMPAIGN = "campaign", _("Campaign")
    WIN_BACK = "win_back", _("Win back")


class ConsentPurpose(models.TextChoices):
    """What a customer may agree to or withdraw (S3.11)."""

    CALLS = "calls", _("Calls with offers")
    MESSAGES = "messages", _("Messages with offers")
    PROFILING = "profiling", _("Choosing them by their data")
    GROUP = "group", _("Sharing within the group")
    PARTNERS = "partners", _("Passing data to partners")


class ConsentSource(models.TextChoices):
    """How a customer said so (S3.11)."""

    COUNTER = "counter", _("Signed at the counter")
    SPOKEN = "spoken", _("Said in a talk")
    PHONE = "phone", _("Recorded call")
    APP = "app", _("Mobile banking")
    LETTER = "letter", _("By letter or e-mail")


class Refusal(models.TextChoices):
    """Why a customer may not be contacted, as a sentence (S1.3, S1.11, S3.7, S3.11)."""

    ENDED = "ended", _("The relationship has ended.")
    NOT_ENDED = "not_ended", _("The relationship has not ended.")
    RESTRICTED = "restricted", _("On the restricted list: no offers, proposals or campaigns.")
    DO_NOT_CONTACT = "do_not_contact", _("The customer asked not to be contacted at all.")
    DO_NOT_CALL = "do_not_call", _("The customer asked not to be called.")
    DO_NOT_MESSAGE = "do_not_message", _("The customer asked not to be sent messages.")
    DO_NOT_VISIT = "do_not_visit", _("The customer asked not to be visited.")
    NO_CALLS = "calls", _("The customer withdrew the consent to calls with offers.")
    NO_MESSAGES = "messages", _("The customer withdrew the consent to messages with offers.")
    NO_PROFILING = "profiling", _("The customer withdrew the consent to be chosen by their data.")
    NOT_THIS_WAY = "not_this_way", _("A campaign goes by phone, message, e-mail or letter.")


class RestrictionKind(models.TextChoices):
    """Which list of the bank a customer stands on (限制类名单, S1.3)."""

    CORE = "core", _("Flag of the core system")
    REGULATOR = "regulator", _("Regulator's list")
    LAUNDERING = "laundering", _("Anti-money-laundering list")
    COURT = "court", _("Court order")
    CREDIT = "credit", _("Credit risk list")
    INTERNAL = "internal", _("The bank's own list")


class RestrictionOrigin(models.TextChoices):
    """What brought a restriction: only what came with the extract's flag leaves with it."""

    FLAG = "flag", _("Extract of the customers")
    LIST = "list", _("Loaded list")
    PERSON = "person", _("Entered by hand")


class EndingReason(models.TextChoices):
    """Why a relationship ends: six reasons (S1.11)."""

    NOT_MET = "not_met", _("We did not meet their need")
    COMPETITOR = "competitor", _("A competitor meets it better")
    NEED_GONE = "need_gone", _("The need is gone")
    CLOSED_DOWN = "closed_down", _("The customer closed down or died")
    WE_STOPPED = "we_stopped", _("We gave up the business or the outlet")
    WE_ENDED = "we_ended", _("We ended a bad relationship")


class EndingStep(models.TextChoices):
    """The seven steps of ending a relationship well, in order (S1.11)."""

    TALK = "talk", _("Seek the talk")
    THIRD = "third", _("Bring in a third person")
    SOLVE = "solve", _("Solve the problem at hand")
    LISTEN = "listen", _("Listen and write down")
    COMPENSATE = "compensate", _("Compensate fairly")
    CLOSE = "close", _("Close smoothly")
    THANK = "thank", _("Say thank you")


ENDING_GUIDANCE = {
    EndingStep.TALK: _("Ask for a talk yourself, in person; it is the last chance to keep them."),
    EndingStep.THIRD: _("The head of the branch, or whoever introduced them, hears what you do not."),
    EndingStep.SOLVE: _("Begin with the problem of today; the aim is to work together more closely."),
    EndingStep.LISTEN: _("Let them speak, and write down in detail what we should do better."),
    EndingStep.COMPENSATE: _("Do not be mean with what is fair."),
    EndingStep.CLOSE: _("If they go, do the formalities for them quickly; never put paper in their way."),
    EndingStep.THANK: _("Thank them for the years, and leave the door open."),
}


class ViewScope(models.TextChoices):
    """Who finds a saved list among theirs."""

    MINE = "mine", _("Only me")
    BRANCH = "branch", _("My branch and below")
    EVERYONE = "everyone", _("Everyone")


class Tone(models.TextChoices):
    """Colours of tags; the word carries the meaning."""

    GREY = "grey", pgettext_lazy("colour", "Grey")
    BLUE = "blue", pgettext_lazy("colour", "Blue")
    GREEN = "green", pgettext_lazy("colour", "Green")
    AMBER = "amber", pgettext_lazy("colour", "Amber")
    RED = "red", pgettext_lazy("colour", "Red")
    VIOLET = "violet", pgettext_lazy("colour", "Violet")


class BulkKind(models.TextChoices):
    """What is done with many customers at once."""

    TAG = "tag", _("Tag")
    UNTAG = "untag", _("Take a tag off")
    ADD = "add", _("Add to a list")
    FOLLOW_UP = "follow_up", _("Plan a follow-up")
    ASSIGN = "assign", _("Assign to a manager")


class BulkState(models.TextChoices):
    """chosen → waiting → done → undoing → undone; cancelled work stays half done and can be undone."""

    CHOSEN = "chosen", pgettext_lazy("bulk", "Chosen")
    WAITING = "waiting", _("Under way")
    DONE = "done", pgettext_lazy("bulk", "Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class BulkOutcome(models.TextChoices):
    """What became of one customer; everything but `done` and `waiting` says why not."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", pgettext_lazy("bulk", "Done")
    UNDONE = "undone", _("Undone")
    CHANGED = "changed", _("Changed meanwhile, left as it is")
    GONE = "gone", _("No longer in your scope")
    ALREADY = "already", _("Already so")
    SILENT = "silent", _("Must not be contacted")
    RESTRICTED = "restricted", _("On the restricted list")
    ENDED = "ended", _("The relationship has ended")
    PENDING = "pending", _("A handover is under way")


class ExportFormat(models.TextChoices):
    """Files that lists leave in."""

    XLSX = "xlsx", _("Excel workbook (XLSX)")
    CSV = "csv", _("Text with commas (CSV)")


class KeyRole(models.TextChoices):
    """Who decides in an organisation (S0.16): five roles, and whoever else has a say."""

    GENERAL_MANAGER = "general_manager", _("General manager")
    FINANCE_DEPUTY = "finance_deputy", _("Deputy for finance")
    CFO = "cfo", _("Chief financial officer")
    FINANCE_MANAGER = "finance_manager", _("Finance manager")
    CASHIER = "cashier", _("Cashier")
    OTHER = "other", pgettext_lazy("role", "Another role")


class Say(models.IntegerChoices):
    """How much weight a key person has in a decision (S0.16)."""

    NONE = 1, _("1 – none")
    LITTLE = 2, _("2 – is heard")
    SOME = 3, _("3 – prepares it")
    GREAT = 4, _("4 – can stop it")
    DECIDES = 5, _("5 – decides")


class Attitude(models.TextChoices):
    """How a key person stands to us (S0.16)."""

    SUPPORTER = "supporter", _("Supporter")
    FAVOURABLE = "favourable", _("Favourable")
    NEUTRAL = "neutral", pgettext_lazy("attitude", "Neutral")
    SCEPTICAL = "sceptical", _("Sceptical")
    OPPONENT = "opponent", _("Opponent")


class PersonAccess(models.TextChoices):
    """How well we reach a key person (S0.16)."""

    WELL = "well", _("Known well")
    REACHABLE = "reachable", _("Reachable")
    HARDLY = "hardly", _("Hard to reach")
    NEVER = "never", _("Never met")


class GroupKind(models.TextChoices):
    """Customers that belong together: a household 家庭 or a corporate group 集团."""

    HOUSEHOLD = "household", _("Household")
    CORPORATE = "corporate", _("Corporate group")


class GroupRole(models.TextChoices):
    """What a member is in the group."""

    HEAD = "head", pgettext_lazy("group", "Head")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    COMPANY = "company", _("Company")
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")


class ReferralQuality(models.TextChoices):
    """How good a referral is (S2.1): high quality means the introducer speaks for us first."""

    ORDINARY = "ordinary", pgettext_lazy("referral", "Ordinary")
    HIGH = "high", _("High quality")


class ReferralOutcome(models.TextChoices):
    """How far a referral came (S2.1)."""

    ASKED = "asked", _("Asked, no name yet")
    NAMED = "named", pgettext_lazy("referral", "Name given")
    CONTACTED = "contacted", _("Contacted")
    CUSTOMER = "customer", _("Became a customer")
    DECLINED = "declined", pgettext_lazy("referral", "Declined")


class PoolClass(models.TextChoices):
    """Contact pools (S0.15): how near a customer is to a talk."""

    READY = "A", _("A – ready to talk")
    WARM = "B", _("B – warm")
    KNOWN = "C", _("C – known")
    NAME = "D", _("D – only a name")
