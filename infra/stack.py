"""The deployment: this file only wires; what each part is stands in the part's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, CfnParameter, Fn, Stack
from aws_cdk import Environment as CdkEnvironment

from infra.api import Api
from infra.constructs.api_function import ApiFunction
from infra.constructs.wheel_layer import WheelLayer
from infra.data import Data
from infra.firewall import Firewall
from infra.mail_feedback import MailFeedback
from infra.monitoring import Monitoring
from infra.permissions import Permissions
from infra.routes import FUNCTIONS
from infra.site import Site
from infra.sweeping import Sweeping

if TYPE_CHECKING:
    from aws_cdk import IStackSynthesizer
    from constructs import Construct

    from infra.environments import Environment
    from infra.workspace import Target, Workspace


class FaceSmash(Stack):
    """Everything that one environment has in the cloud."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        workspace: Workspace,
        target: Target,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="FaceSmash: passwordless face sign-in",
            env=CdkEnvironment(account=environment.account or None, region=environment.region or None),
            termination_protection=environment.keep_data,
            synthesizer=synthesizer,
        )
        self._environment = environment
        self._workspace = workspace
        self._target = target
        self._mail_sender = self._asked_for(
            "MailSender",
            environment.mail_sender,
            pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+",
            description="Verified address that codes and notices come from",
        )
        self._controller_name = self._asked_for(
            "ControllerName",
            environment.controller_name,
            pattern=".+",
            description="Who answers for the data, as the consent text names them",
        )
        self._controller_contact = self._asked_for(
            "ControllerContact",
            environment.controller_contact,
            pattern=".+",
            description="How a person reaches whoever answers for the data",
        )
        self.data = Data(self, "Data", environment=environment)
        self.api = Api(self, "Api", environment=environment)
        self.site = self._site()
        self.mail_feedback = MailFeedback(self, "MailFeedback") if self.site is not None else None
        origins = self._origins()
        self.functions = self._functions(origins, api_origin=self._api_origin())
        self.api.add_routes(
            {
                route: self.functions[function.name].function
                for function in FUNCTIONS
                for route in function.routes
            },
            origins=origins,
            client_origins=environment.client_origins,
        )
        Sweeping(self, "Sweeping", sweeper=self.functions["sweeper"].function)
        if environment.site == "cloudfront":
            Firewall(self, "Firewall", environment=environment, api=self.api)
            Monitoring(self, "Monitoring", environment=environment, api=self.api, functions=self.functions)
        if self.mail_feedback is not None:
            self.mail_feedback.reaches(self.functions["bounces"].function)
        self._outputs(origins)

    def _site(self) -> Site | None:
        if self._environment.site == "front-server":
            return None
        return Site(self, "Site", environment=self._environment, workspace=self._workspace, api=self.api)

    def _origins(self) -> list[str]:
        if self.site is not None:
            return [self.site.url, *self._environment.origins]
        # A parameter, because a local front server knows its port only when it starts.
        parameter = CfnParameter(
            self,
            "SiteOrigin",
            default=self._environment.origins[0],
            description="Origin of the server that serves the site and passes /v1 and /.well-known on",
        )
        return [parameter.value_as_string]

    def _api_origin(self) -> str:
        if self.site is not None:
            # Without a domain of its own the API's address is in each request, and a function that named it
            # would depend on the API that depends on the function.
            return self._environment.api_origin
        parameter = CfnParameter(
            self,
            "ApiOrigin",
            default=self._environment.origins[0],
            description="Origin at which that server passes them on, where the site lies elsewhere",
        )
        return parameter.value_as_string

    def _functions(self, origins: list[str], *, api_origin: str) -> dict[str, ApiFunction]:
        layers = {
            name: WheelLayer(
                self,
                f"{name.title()}Layer",
                package=name,
                workspace=self._workspace,
                target=self._target,
            ).version
            for name in ("service", "matching", "passkeys")
        }
        permissions = Permissions(
            data=self.data,
            scope=self,
            mail_sender=self._mail_sender,
            mail_configuration_set=self._mail_configuration_set,
        )
        return {
            function.name: ApiFunction(
                self,
                function.name.title(),
                function=function,
                workspace=self._workspace,
                target=self._target,
                layers=[
                    layers["service"],
                    *([layers["matching"]] if function.matching else []),
                    *([layers["passkeys"]] if function.passkeys else []),
                ],
                statements=permissions.of(function.name),
                variables={
                    **self._variables(origins, api_origin=api_origin),
                    **(self._retired_keys() if function.name == "discovery" else {}),
                },
                log_retention_days=self._environment.log_retention_days,
                reserve_concurrency=self._environment.reserved_concurrency,
            )
            for function in FUNCTIONS
        }

    @property
    def _mail_configuration_set(self) -> str:
        return "" if self.mail_feedback is None else self.mail_feedback.configuration_set

    def _variables(self, origins: list[str], *, api_origin: str) -> dict[str, str]:
        environment = self._environment
        return {
            "ACCOUNTS_TABLE": self.data.accounts.table_name,
            "KEYS_TABLE": self.data.keys.table_name,
            "DATA_KEY_ID": self.data.data_key.key_id,
            "SIGNING_KEY_ID": self.data.signing_key.key_id,
            **self._retiring_key(),
            "STATEMENT_KEY_ID": self.data.statement_key.key_id,
            "MAIL_SENDER": self._mail_sender,
            "MAIL_CONFIGURATION_SET": self._mail_configuration_set,
            "ALLOWED_ORIGINS": Fn.join(",", origins),
            "AUDIENCE": environment.audience,
            "POLICY_VERSION": environment.policy_version,
            "CONSENT_RELEASE": environment.consent_release,
            "MINIMUM_AGE": str(environment.minimum_age),
            "CONSENT_GRACE_DAYS": str(environment.consent_grace_days),
            "CONTROLLER_NAME": self._controller_name,
            "CONTROLLER_CONTACT": self._controller_contact,
            "PRODUCT_NAME": environment.product_name,
            "OPENID_CLIENTS": environment.openid_clients_json,
            "API_ORIGIN": api_origin,
            "PLACE_HEADER": environment.place_header,
            "PLACE_SECRET_SHA256": environment.place_secret_sha256,
            "SIGN_IN_LOG_DAYS": str(environment.sign_in_log_days),
            # 0 offers nobody a shorter log.
            "LEAST_SIGN_IN_LOG_DAYS": str(environment.least_sign_in_log_days or ""),
            "LEARNED_TEMPLATE_DAYS": str(environment.learned_template_days),
            # 0 keeps accounts until their owners delete them: nothing looks for unused ones then.
            "UNUSED_ACCOUNT_DAYS": str(environment.unused_account_days or ""),
            "LOG_RETENTION_DAYS": str(environment.log_retention_days),
            "SESSION_HOURS": str(environment.session_hours),
            "SESSION_IDLE_MINUTES": str(environment.session_idle_minutes),
            "CODES_AN_HOUR": str(environment.codes_an_hour),
            "WRONG_CODES_AN_HOUR": str(environment.wrong_codes_an_hour),
            "NEW_DEVICE_CHALLENGES_A_MINUTE": str(environment.new_device_challenges_a_minute),
            "POWERTOOLS_METRICS_NAMESPACE": "FaceSmash",
        }

    def _retiring_key(self) -> dict[str, str]:
        key = self.data.retiring_signing_key
        return {} if key is None else {"RETIRING_SIGNING_KEY_ID": key.key_id}

    def _retired_keys(self) -> dict[str, str]:
        # For what publishes them, and nobody else: they sign nothing, and what they signed opens nothing.
        keys = [key.key_id for key in self.data.retired_statement_keys]
        return {"RETIRED_STATEMENT_KEY_IDS": Fn.join(",", keys)} if keys else {}

    def _asked_for(self, name: str, value: str, *, pattern: str, description: str) -> str:
        # Synthesis needs nobody's name; a deployment that has none stops before it creates anything.
        if value:
            return value
        parameter = CfnParameter(
            self,
            name,
            description=description,
            allowed_pattern=pattern,
            constraint_description=description,
        )
        return parameter.value_as_string

    def _outputs(self, origins: list[str]) -> None:
        for name, value in {
            "ApiUrl": self._environment.api_origin or self.api.url,
            "ApiId": self.api.rest_api.rest_api_id,
            "SiteUrl": origins[0],
            "AccountsTable": self.data.accounts.table_name,
            "KeysTable": self.data.keys.table_name,
            "DataKeyId": self.data.data_key.key_id,
            "SigningKeyId": self.data.signing_key.key_id,
            "StatementKeyId": self.data.statement_key.key_id,
        }.items():
            CfnOutput(self, name, value=value)
