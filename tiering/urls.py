"""URLs of tiering."""

from django.urls import path

from tiering.views import assessment, dashboard, override, package, positions, preview, publication
from tiering.views.explanation import explanation, movements

app_name = "tiering"
urlpatterns = [
    path("", dashboard.Dashboard.as_view(), name="dashboard"),
    path("matrix/", dashboard.MatrixView.as_view(), name="matrix"),
    path("lines/", dashboard.LinesView.as_view(), name="lines"),
    path("schemes/", dashboard.SchemesView.as_view(), name="schemes"),
    path("watching/", dashboard.WatchingView.as_view(), name="watching"),
    path("concentration/", dashboard.ConcentrationView.as_view(), name="concentration"),
    path("coverage/", dashboard.CoverageView.as_view(), name="coverage"),
    path("agreement/", dashboard.AgreementView.as_view(), name="agreement"),
    path("maturing/", dashboard.MaturingView.as_view(), name="maturing"),
    path("export/", dashboard.Export.as_view(), name="export"),
    path("members/", dashboard.MemberList.as_view(), name="members"),
    path("watches/", dashboard.WatchList.as_view(), name="watches"),
    path("movements/", movements, name="movements"),
    # Beside the tier.
    path("potential/", positions.Potential.as_view(), name="potential"),
    path("worth/", positions.Worth.as_view(), name="worth"),
    path("worth/customers/", positions.WorthList.as_view(), name="worth_customers"),
    path("degrees/", positions.Degrees.as_view(), name="degrees"),
    path("customers/<uuid:public_id>/", explanation, name="explanation"),
    # Placings by hand.
    path("customers/<uuid:public_id>/assess/<slug:code>/", assessment.assess, name="assess"),
    path("customers/<uuid:public_id>/override/", override.propose, name="override_propose"),
    path("overrides/", override.OverrideList.as_view(), name="overrides"),
    path("overrides/<uuid:public_id>/approve/", override.approve, name="override_approve"),
    path("overrides/<uuid:public_id>/decline/", override.decline, name="override_decline"),
    path("overrides/<uuid:public_id>/end/", override.end, name="override_end"),
    # What-if and publications.
    path("preview/<uuid:public_id>/", preview.Preview.as_view(), name="preview"),
    path("preview/<uuid:public_id>/movers/", preview.MoverList.as_view(), name="preview_movers"),
    path("preview/<uuid:public_id>/cutoffs/", preview.cutoffs, name="preview_cutoffs"),
    path("preview/<uuid:public_id>/forward/", preview.forward, name="preview_forward"),
    path("preview/<uuid:public_id>/publish/", preview.publish, name="preview_publish"),
    path("publications/", publication.PublicationList.as_view(), name="publications"),
    path("publications/<uuid:public_id>/take-back/", publication.take_back_page, name="publication_take_back"),
    # Services by tier.
    path("customers/<uuid:public_id>/services/", package.services, name="services"),
    path("customers/<uuid:public_id>/rights/<uuid:right_id>/use/", package.use, name="right_use"),
    path("rights/", package.RightUseList.as_view(), name="rights"),
    path("rights/<uuid:public_id>/take-back/", package.take_back, name="right_take_back"),
]
