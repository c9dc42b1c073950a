using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Oci.Distribution.Http;

/// <summary>Sends a request again after 408, 429, 5xx and broken connections, where that does no harm.</summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("Oci.Distribution.Request");

    private readonly RetryPolicy _policy;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public ResilienceHandler(HttpMessageHandler inner, RegistryClientOptions options, ILogger logger)
        : base(inner)
    {
        _policy = new RetryPolicy(options.MaxRetryDelay, options.TimeProvider);
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.TimeProvider };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = ShouldRetry,
                DelayGenerator = args => new(args.Outcome.Result is HttpResponseMessage response ? _policy.GetRetryAfter(response) : null),
                OnRetry = args =>
                {
                    Report(logger, args);
                    return default;
                },
            });
        }
        _pipeline = builder.Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(RequestKey, request);
            return await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Handler.SendOnceAsync(state.Request, context.CancellationToken).ConfigureAwait(false),
                context,
                (Handler: this, Request: request)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private ValueTask<bool> ShouldRetry(RetryPredicateArguments<HttpResponseMessage> args)
    {
        HttpRequestMessage request = args.Context.Properties.GetValue(RequestKey, null!);
        bool transient = args.Outcome.Exception is Exception e ? RetryPolicy.IsTransient(e) : _policy.IsTransient(args.Outcome.Result!);
        return new(transient && RequestRules.IsRepeatable(request) && !args.Context.CancellationToken.IsCancellationRequested);
    }

    private static void Report(ILogger logger, OnRetryArguments<HttpResponseMessage> args)
    {
        HttpRequestMessage request = args.Context.Properties.GetValue(RequestKey, null!);
        Uri uri = UriRules.WithoutSecrets(request.RequestUri!);
        RegistryTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("server.address", uri.Host));
        string reason = args.Outcome.Result is HttpResponseMessage response
            ? ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : args.Outcome.Exception!.GetType().Name;
        logger.Retrying(request.Method, uri, reason, args.AttemptNumber + 1, args.RetryDelay.TotalSeconds);
    }
}
