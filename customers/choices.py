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
    """What the related customer is to the customer."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Sibling")
    OWNER = "owner", _("Owner")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    FINANCE_HEAD = "finance_head", _("Finance head")
    AUTHORISED_USER = "authorised_user", _("Authorised user")
    INTRODUCER = "introducer", _("Introducer")
    OTHER = "other", _("Other relation")


class Channel(models.TextChoices):
    """Ways to reach a customer (S3.7)."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("Text message")
    MEETING = "meeting", _("Meeting")
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
    CONTENT = "content", _("Content")
    NEUTRAL = "neutral", _("Neither content nor not")
    CRITICAL = "critical", _("Critical")
    LEAVING = "leaving", _("Thinks of leaving")


class RiskAppetite(models.TextChoices):
    """How much risk an individual was found to bear (风险承受能力), C1 to C5; products carry the levels 1 to 5 (S3.5)."""

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
    MORE = "more", _("More")


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
