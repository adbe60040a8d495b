"""Baselines on the 16 features: logistic regression and gradient boosting, accuracy and area under each class's ROC curve.

    pip install scikit-learn==1.9.1 && python datasets/jets/baseline.py
"""

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CLASSES = ["quark", "gluon", "W", "Z", "top"]
MODELS = {
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    "gradient boosting": HistGradientBoostingClassifier(max_iter=300, early_stopping=True, random_state=1),
}


def main(path):
    data = np.load(path)
    for name, model in MODELS.items():
        model.fit(data["x_train"], data["y_train"])
        shares = model.predict_proba(data["x_test"])
        truth = data["y_test"]
        hits = shares.argmax(1) == truth
        error = np.sqrt(hits.mean() * (1 - hits.mean()) / len(hits))
        areas = [roc_auc_score(truth == k, shares[:, k]) for k in range(len(CLASSES))]
        print(f"{name}: accuracy {hits.mean():.4f} +- {error:.4f}")
        print("  AUC " + ", ".join(f"{label} {area:.4f}" for label, area in zip(CLASSES, areas)))
        print(confusion_matrix(truth, shares.argmax(1), normalize="true").round(3))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "datasets/jets/jets.npz")
